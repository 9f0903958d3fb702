"""Where a plot and its legend stand: the caller's axes or new ones, the legend beside the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mechdesign.errors import SolverUnavailableError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["axes_for", "legend_beside"]


def axes_for(ax: Axes | None, size: tuple[float, float] = (6.4, 4.0)) -> Axes:
    """The axes to draw on.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
        The caller's axes; None for new ones.
    size : pair of float
        Width and height of a new figure in inches.

    Raises
    ------
    SolverUnavailableError
        If matplotlib is not installed.
    """
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ImportError:
        raise SolverUnavailableError("matplotlib", "plot", "drawing a plot") from None
    made: Axes = pyplot.subplots(figsize=size, layout="constrained")[1]
    return made


def legend_beside(ax: Axes, **options: Any) -> None:
    """A legend to the right of the axes, where it covers no data."""
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5), **options)
