"""Coherent sums: draws of leaves added by group, always in the same order."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError


class SegmentSums(NamedTuple):
    """Draws by group: ``draws[i]`` is the sum for ``labels[i]``; labels are sorted."""

    labels: tuple[Any, ...]
    draws: FloatArray


@checked
def segment_sums(
    draws: ArrayLike, labels: Sequence[Hashable], *, ids: Sequence[Any] | None = None
) -> SegmentSums:
    """Add draws of leaves by group, draw by draw.

    Parameters
    ----------
    draws
        Leaf draws, people; shape ``(leaf, draw)``. A missing draw makes the draw of its group
        missing: missing is not zero.
    labels
        The group of each leaf, of one sortable kind (all text, or all tuples of text); shape
        ``(leaf,)``.
    ids
        The name of each leaf, each once. Leaves are added in the order of their names, so that the
        bits of a sum do not depend on the order or the blocks in which leaves were computed.
        Without names they are added in the order given.

    Returns
    -------
    SegmentSums
        Sums, people; shape ``(group, draw)``, groups sorted.

    Raises
    ------
    InputError
        If lengths differ or a name repeats.

    Examples
    --------
    >>> from gecam.aggregation import segment_sums
    >>> draws = [[1.0, 2.0], [10.0, 20.0], [100.0, 200.0]]
    >>> labels, sums = segment_sums(draws, ["SDN", "TCD", "SDN"], ids=["b", "a", "c"])
    >>> labels
    ('SDN', 'TCD')
    >>> sums
    array([[101., 202.],
           [ 10.,  20.]])
    """
    array = np.asarray(draws, dtype=np.float64)
    if (
        array.ndim != 2
        or len(array) != len(labels)
        or (ids is not None and len(ids) != len(labels))
    ):
        raise InputError(
            f"draws must have one row for each label and id: got shape {array.shape}, "
            f"{len(labels)} labels" + ("" if ids is None else f", {len(ids)} ids.")
        )
    if ids is not None and len(set(ids)) < len(ids):
        repeated = next(name for name in ids if list(ids).count(name) > 1)
        raise InputError(f"ids must not repeat: got {repeated!r} more than once.")
    order = range(len(labels)) if ids is None else sorted(range(len(ids)), key=ids.__getitem__)
    groups: tuple[Any, ...] = tuple(sorted(set(labels)))
    position = {label: i for i, label in enumerate(groups)}
    sums = np.zeros((len(groups), array.shape[1]))
    for leaf in order:  # a plain loop over rows: the one order of addition that numpy cannot change
        sums[position[labels[leaf]]] += array[leaf]
    return SegmentSums(groups, sums)
