"""Draws one chart and ends: a process of its own, so that matplotlib takes no memory from the bot.

`python -m bot.drawing` reads JSON from standard input and writes a PNG to standard output.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import BytesIO

SECONDS = 20.0
"""A drawing that takes longer is given up."""

_AT_ONCE = asyncio.Semaphore(2)
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")  # told apart by everyone (Okabe and Ito, 2008)
_INK, _PALE, _PAPER = "#262626", "#d9d9d9", "#fbfaf8"
_TICKS = 6
_LABEL = 28


@dataclass(frozen=True, slots=True)
class Chart:
    """title: above it; days: a label for each week; lines: a label and a value per week each.

    A label with signs that the font lacks is shown as the line's number.
    """

    title: str
    days: Sequence[str]
    lines: Sequence[tuple[str, Sequence[float]]]


class NotDrawn(Exception):
    """The process gave no picture; str() is what it said."""


async def drawn(chart: Chart) -> bytes:
    """The chart as a PNG of 1280 × 800. Raises NotDrawn."""
    async with _AT_ONCE:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.drawing",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(SECONDS):
                picture, said = await process.communicate(json.dumps(asdict(chart)).encode())
        except TimeoutError as error:
            process.kill()
            await process.wait()
            raise NotDrawn("it took too long") from error
    if process.returncode or not picture.startswith(b"\x89PNG"):
        raise NotDrawn(said.decode(errors="replace").strip()[-500:])
    return picture


def draw(chart: Chart) -> bytes:
    """The same, in this process."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import findfont, get_font
    from matplotlib.layout_engine import ConstrainedLayoutEngine
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(8, 5), dpi=160, facecolor=_PAPER, layout=ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.15))
    axes = figure.add_subplot(facecolor=_PAPER)
    places = range(len(chart.days))
    signs = get_font(findfont("DejaVu Sans")).get_charmap()
    for number, ((label, values), colour) in enumerate(zip(chart.lines, _COLOURS, strict=False), 1):
        shown = label if len(label) <= _LABEL else f"{label[: _LABEL - 1]}…"
        if not signs.keys() >= set(map(ord, shown)):
            shown = str(number)
        axes.plot(places, values, color=colour, linewidth=2.5, marker="o", markersize=5, label=shown)
        if len(chart.lines) == 1:
            axes.fill_between(places, values, color=colour, alpha=0.15)
    axes.set_title(chart.title, loc="left", color=_INK, fontsize=17, pad=14, parse_math=False)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    step = max(-(-len(chart.days) // _TICKS), 1)
    ticks = list(places)[::-step][::-1]
    axes.set_xticks(ticks, [chart.days[place] for place in ticks])
    axes.tick_params(labelsize=14, colors=_INK, length=0)
    axes.tick_params(axis="x", pad=12)  # away from the lowest number
    axes.grid(axis="y", color=_PALE)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(_PALE)
    if len(chart.lines) > 1:
        legend = figure.legend(loc="outside lower left", ncols=2, fontsize=14, frameon=False)
        for text in legend.get_texts():
            text.set_parse_math(False)
            text.set_color(_INK)
    file = BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(file, format="png")
    return file.getvalue()


if __name__ == "__main__":
    told = json.load(sys.stdin)
    sys.stdout.buffer.write(draw(Chart(told["title"], told["days"], told["lines"])))
