"""Further inputs of an answer, such as ages or areas: its hash and sources with them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from gecam.estimation.provenance import canonical_text
from gecam.model import Source
from gecam.results import Estimates


def hash_of(config_sha256: str, added: Any) -> str:
    """Return the hash of a run's inputs, and of others that were added to it.

    Parameters
    ----------
    config_sha256
        Of the run, 64 hexadecimal digits.
    added
        Further inputs: a dataclass, a table or a mapping.
    """
    return hashlib.sha256(f"{config_sha256}{canonical_text(added)}".encode()).hexdigest()


def with_inputs(est: Estimates, added: Any, sources: Iterable[Source]) -> Estimates:
    """Return an answer with the hash and sources of further inputs.

    Parameters
    ----------
    est
        Of a run.
    added
        Further inputs, as in `hash_of`.
    sources
        Of these inputs; those of one id stand once.
    """
    digest = hash_of(est.provenance.config_sha256, added)
    by_id = {source.id: source for source in (*est.sources, *sources)}
    return replace(
        est,
        provenance=replace(est.provenance, config_sha256=digest),
        sources=tuple(by_id[key] for key in sorted(by_id)),
    )
