"""Who goes from which group to which: two columns of bars and a ribbon for every pair, as broad as its people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Curve

from rotation_planner.report.charts.style import INK
from rotation_planner.report.turnover import Array
from rotation_planner.words import say

NODE, THIN = 0.035, 0.03


@dataclass(frozen=True)
class Ribbons:
    """How the groups look: a name, a colour and a hatch each; ``gap`` between bars, as a part of the height.

    ``stagger`` moves the numbers of thin ribbons apart; without it the thinnest bear none.
    ``look`` gives a ribbon's colour and hatch where they are not those of the group it starts from.
    """

    names: Sequence[str]
    colors: Sequence[str]
    hatches: Sequence[str]
    gap: float = 0.06
    fontsize: float = 10
    stagger: bool = True
    look: Callable[[int, int], tuple[str, str]] | None = None

    def draw(self, ax: Axes, matrix: Array) -> None:
        """Draw the matrix (row: left, column: right), which holds at least one person, on bare axes."""
        ax.set(xlim=(-0.30, 1.30), ylim=(-0.02, 1.09))
        ax.axis("off")
        scale = (1 - self.gap * (len(self.names) - 1)) / int(matrix.sum())
        left, right = self._tops(matrix.sum(1).tolist(), scale), self._tops(matrix.sum(0).tolist(), scale)
        for side, tops, sizes in ((0, left, matrix.sum(1)), (1, right, matrix.sum(0))):
            ax.text(side, 1.045, say(f"chart.side_{side}"), ha="center", fontsize=9)
            for group, (top, size) in enumerate(zip(tops, sizes.tolist(), strict=True)):
                if size:
                    self._node(ax, group, side, top, size, scale)
        start, end = list(left), list(right)
        for i in range(len(self.names)):
            for j in range(len(self.names)):
                if count := int(matrix[i, j]):
                    self._ribbon(ax, i, j, count, start[i], end[j], scale)
                    start[i] -= count * scale
                    end[j] -= count * scale

    def _tops(self, sizes: Sequence[float], scale: float) -> list[float]:
        """The upper edge of each bar of a column, from 1 downwards."""
        tops, at = [], 1.0
        for size in sizes:
            tops.append(at)
            at -= size * scale + self.gap
        return tops

    def _node(self, ax: Axes, group: int, side: int, top: float, size: int, scale: float) -> None:
        high, color = size * scale, self.colors[group]
        ax.add_patch(Rectangle((side - NODE / 2, top - high), NODE, high, color=color))
        x, align = (-NODE, "right") if side == 0 else (1 + NODE, "left")
        label = say("chart.tier", tier=self.names[group], count=size)
        ax.text(x, top - high / 2, label, ha=align, va="center", fontsize=self.fontsize)

    def _ribbon(self, ax: Axes, i: int, j: int, count: int, left: float, right: float, scale: float) -> None:
        high = count * scale
        color, hatch = self.look(i, j) if self.look else (self.colors[i], self.hatches[i])
        ax.add_patch(ribbon(left, right, high, color, hatch))
        if high < THIN / 2 and not self.stagger:
            return
        # The number stands on the ribbon's own end, where ribbons do not cross.
        thin = high < THIN
        x = NODE + (0.05 * j if thin and self.stagger else 0)
        ax.text(x, left - high / 2, str(count), va="center", fontsize=7 if thin else 9, color=INK)


def ribbon(left: float, right: float, high: float, color: str, hatch: str) -> PathPatch:
    """A band of this height from the left column (upper edge ``left``) to the right one (upper edge ``right``)."""
    a, b = NODE / 2, 1 - NODE / 2
    middle = (a + b) / 2
    points = [
        (a, left), (middle, left), (middle, right), (b, right),
        (b, right - high), (middle, right - high), (middle, left - high), (a, left - high), (a, left),
    ]  # fmt: skip
    codes = [Curve.MOVETO, *[Curve.CURVE4] * 3, Curve.LINETO, *[Curve.CURVE4] * 3, Curve.CLOSEPOLY]
    return PathPatch(Curve(points, codes), facecolor=color, edgecolor=color, alpha=0.38, linewidth=0.6, hatch=hatch)
