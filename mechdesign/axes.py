"""Where a plot is drawn: on the caller's axes, or on new ones of a figure of pyplot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mechdesign.errors import SolverUnavailableError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["axes_for"]


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
