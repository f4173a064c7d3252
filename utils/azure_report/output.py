# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
"""Plots as files for papers, and as SVG within a page that may be light or dark.

The same plot gives the same bytes: no dates, no random names.
"""

import io
import re
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from azure_trace.files import write_whole

from . import style
from .plot import Plot

ENDINGS = ("svg", "pdf", "png", "csv")

SHADES = {
    "ink": (style.INK, "#e8e8e8"),
    "muted": (style.MUTED, "#a8a8a8"),
    "grid": (style.GRID, "#3c3c3c"),
    "paper": (style.PAPER, "#161616"),
    "blue": (style.BLUE, "#4a9fe0"),
    "vermilion": (style.VERMILION, "#ff8548"),
    "green": (style.GREEN, "#2cc79b"),
    "orange": (style.ORANGE, "#f0b429"),
    "sky": (style.SKY, "#9bd6f7"),
    "purple": (style.PURPLE, "#e5a0c8"),
}
"""Names of colors in a page, with what they are in a light one and in a dark one."""

PNG_DPI = 300


def css_variables(is_dark: bool) -> str:
    """Declarations of the variables that inline_svg uses, for a rule of a style sheet."""
    return " ".join(f"--plot-{name}: {shades[is_dark]};" for name, shades in SHADES.items())


def render(plot: Plot, ending: str) -> bytes:
    """What a file with this ending contains."""
    if ending == "csv":
        return plot.data.to_csv(index=False, lineterminator="\n").encode()
    return render_figure(plot, ending, "path")


def render_figure(plot: Plot, ending: str, font_type: str) -> bytes:
    """The figure; font_type tells whether texts in SVG are outlines (path) or texts (none)."""
    metadata = {
        "svg": {"Date": None, "Title": plot.title},
        "pdf": {"CreationDate": None, "Title": plot.title},
        "png": {"Title": plot.title},
    }
    fix_layout(plot.figure)
    file = io.BytesIO()
    with matplotlib.rc_context({"svg.fonttype": font_type}):
        plot.figure.savefig(file, format=ending, metadata=metadata[ending], dpi=PNG_DPI)
    if ending == "svg":
        return shorten_numbers(file.getvalue().decode()).encode()
    return file.getvalue()


def fix_layout(figure: Figure) -> None:
    """Finds the places of axes and texts for good: a second time they would come out otherwise."""
    if figure.get_layout_engine() is not None:
        figure.draw_without_rendering()
        figure.set_layout_engine("none")


def shorten_numbers(svg: str) -> str:
    """Paths with two decimals, which are a hundredth of a point: a third of the bytes."""
    return re.sub(
        r'(?<= d=")[^"]*',
        lambda path: re.sub(r"-?\d+\.\d{3,}", lambda n: f"{float(n[0]):.2f}", path[0]),
        svg,
    )


def save(plot: Plot, folder: Path) -> None:
    """Writes NAME.svg, NAME.pdf and NAME.csv."""
    for ending in ("svg", "pdf", "csv"):
        write_whole(Path(folder) / f"{plot.name}.{ending}", render(plot, ending))


def inline_svg(plot: Plot) -> str:
    """An element <svg> for a page that defines css_variables(): as wide as there is room.

    Its identifiers begin with the plot's name, so that plots of a page do not share them.
    """
    text = render_figure(plot, "svg", "none").decode()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<style .*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r'<svg ([^>]*?)width="[^"]*"', r"<svg \1", text, count=1)
    text = re.sub(r'<svg ([^>]*?)height="[^"]*"', r"<svg \1", text, count=1)
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{plot.name}-", text)
    text = re.sub(r"'DejaVu Sans'(, [^;\"]*)?", "var(--plot-font, sans-serif)", text)
    for name, (color, _) in SHADES.items():
        text = text.replace(color, f"var(--plot-{name}, {color})")
    return text.replace("<svg ", '<svg role="img" class="plot" ', 1)
