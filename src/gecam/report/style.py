"""The common style of all figures: colours, axes, and how numbers of people stand on an axis."""

from __future__ import annotations

import io
from base64 import b64encode
from pathlib import Path
from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from gecam._signature import checked
from gecam._typing import PositiveInt
from gecam.codes import is_origin_code, name
from gecam.report.document.blocks import Picture
from gecam.report.translation import writer
from gecam.uncertainty import people_on_axis, round_together

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#6b6b6b"  # Okabe & Ito
SKY, GREEN, YELLOW, PINK = "#56b4e9", "#009e73", "#e69f00", "#cc79a7"
LEMON, LIGHT_GREY, MID_GREY = "#f0e442", "#c8c8c8", "#999999"
LAND, LINE, NO_FIGURE = "#ececec", "#dddddd", "#e6e6e6"
DARK_BLUE = "#003a5c"
FILE_DPI, SCREEN_DPI = 160, 100
AxisScale: TypeAlias = Literal["log", "linear"]

MOST_LETTERS = 130  # of a title
LONG = 22  # letters of a name that a mark has room for
SHORTER = {
    "Democratic": "Dem.", "Republic": "Rep.", "of Great Britain and Northern Ireland": "",
    "origins that UN DESA does not tell apart ('Others', code 2003)": "origins not told apart",
}  # fmt: skip


class Drawn(NamedTuple):
    """What was drawn: the axes, and the artists by name."""

    ax: Axes
    artists: dict[str, Any]

    def save(self, path: str | Path) -> None:
        """Write the figure to a file, whose ending decides the format (PNG, SVG, PDF)."""
        figure: Any = self.ax.figure
        figure.savefig(path, dpi=FILE_DPI)

    @checked
    def picture(self, words: str, *, dpi: PositiveInt) -> Picture:
        """Return the figure for a document.

        Parameters
        ----------
        words
            What it shows, by names and numbers, for those who do not see it.
        dpi
            Dots per inch, at least 1.
        """
        return Picture(f"data:image/png;base64,{b64encode(self._png(dpi)).decode()}", words)

    def _png(self, dpi: int) -> bytes:
        figure: Any = self.ax.figure
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
        return buffer.getvalue()

    def _repr_png_(self) -> bytes | None:
        """Return the picture that a notebook shows; None where pyplot shows the figure itself."""
        figure: Any = self.ax.figure
        return self._png(SCREEN_DPI) if figure.canvas.manager is None else None


def new_axes(width: float, height: float) -> Axes:
    """Return the axes of a new figure without a window; width and height in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained").subplots()


def tidy(ax: Axes, grid: Literal["x", "y"]) -> None:
    """Leave the axis that counts, with light lines across."""
    ax.grid(axis=grid, color=LINE, lw=0.7)
    ax.set_axisbelow(True)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)


def people_axis(ax: Axes, which: Literal["x", "y"], words: str, scale: AxisScale) -> None:
    """Let an axis count people: logarithmic, and called so, or linear from 0."""
    from matplotlib.ticker import FuncFormatter

    axis = ax.xaxis if which == "x" else ax.yaxis
    ax.set(**{f"{which}scale": scale})
    if scale == "log":
        words += words and f"{' ' if which == 'x' else chr(10)}(logarithmic)"
    else:
        ax.set(**{f"{which}lim": (0, None)})
    if words:
        axis.set_label_text(words)
    write = writer()
    axis.set_major_formatter(FuncFormatter(lambda x, _: write(people_on_axis(x))))


def about(x: float) -> str:
    """Return people beside a mark, to the digits of a sum without an interval: ``2.34 M``, ``<100``."""
    return round_together(x, x, x).texts(write=people_on_axis)[0][0]


def short_name(code: str) -> str:
    """Return the name of a place as it fits beside a mark; other words as they are.

    Examples
    --------
    >>> from gecam.report.style import short_name
    >>> short_name("COD"), short_name("TCD"), short_name("others")
    ('Dem. Rep. of the Congo', 'Chad', 'others')
    """
    words = name(code) if is_origin_code(code) else code
    if len(words) > LONG:
        for long, short in SHORTER.items():
            words = words.replace(long, short)
    return shorten(words.strip(), LONG + 10, placeholder=" ...")


def title(ax: Axes, words: str, *, width: float = 8.0) -> None:
    """Write what, where and when, in as many lines as a figure `width` inches wide needs."""
    lines = wrap(shorten(words, MOST_LETTERS, placeholder=" ..."), round(width * 9))
    # names of cases may be long, and may hold a dollar sign
    ax.set_title("\n".join(lines), loc="left", fontsize=12, parse_math=False)


def note(ax: Axes, words: str) -> None:
    """Write a footnote at the foot of the figure, below axis and legend."""
    figure: Any = ax.figure
    letters = round(figure.get_figwidth() * 15)
    figure.supxlabel("\n".join(wrap(words, letters)), x=0.01, ha="left", fontsize=7.5, color=GREY,
                     parse_math=False)  # fmt: skip
