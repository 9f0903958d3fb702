"""Plots of rank aggregation: heat map, critical differences, bump chart, intervals, majorities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mechdesign.aggregation import (
    ArenaRatings,
    BootstrapRanks,
    Comparison,
    Count,
    majority_judgment,
    pairs_of,
    profile_of,
    read,
)
from mechdesign.aggregation.uncertainty.significance import CriticalDifference
from mechdesign.aggregation.uncertainty.significance import (
    critical_difference as _critical_difference,
)
from mechdesign.algorithms.orders import components
from mechdesign.axes import axes_for, legend_beside
from mechdesign.io import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "bump",
    "critical_difference",
    "grades",
    "majority_graph",
    "pairwise",
    "rank_heatmap",
    "rank_intervals",
    "ratings",
    "robustness",
    "rounds",
    "transfers",
]

_BLUE, _RED, _GREY = "#30638e", "#d1495b", "#8d99ae"


def rank_heatmap(data: object, *, ax: Axes | None = None, **options: object) -> Axes:
    """The rank of every system in every task, systems by Borda score.

    Parameters
    ----------
    data : scores or rankings
        See :func:`mechdesign.aggregation.read`.
    """
    problem = read(data, **options)
    profile = profile_of(problem)
    doubled = profile.doubled_positions()
    ranks = np.where(doubled < 0, np.nan, doubled / 2 + 1)
    order = np.argsort(np.nanmean(ranks, axis=0), kind="stable")
    m, n = profile.m, len(profile)
    axes = axes_for(ax, (1.5 + 0.4 * n, 1 + 0.28 * m))
    axes.imshow(ranks[:, order].T, aspect="auto", cmap="viridis_r", vmin=1, vmax=max(2, m))
    axes.set_yticks(range(m), [_short(profile.alternatives[k]) for k in order])
    axes.set_xticks(range(n), [_short(a, 14) for a in problem.agents], rotation=60, ha="right")
    if m * n <= 600:
        for y, k in enumerate(order):
            for x in range(n):
                if ranks[x, k] == ranks[x, k]:
                    shade = "white" if ranks[x, k] > m / 2 else "black"
                    axes.text(
                        x, y, f"{ranks[x, k]:g}", ha="center", va="center", color=shade, fontsize=7
                    )
    axes.set_title("Ranks by task")
    return axes


def critical_difference(
    data: object, *, level: float = 0.05, ax: Axes | None = None, **options: object
) -> Axes:
    """The critical-difference diagram, one line a system, so that 100 systems do not overlap.

    Parameters
    ----------
    data : scores, rankings or CriticalDifference
        Complete.
    level : float
        Of the Nemenyi test.

    Returns
    -------
    Axes
        Average ranks as dots; bars beside the axes join systems that do not differ significantly.
    """
    found = (
        data
        if isinstance(data, CriticalDifference)
        else _critical_difference(data, level=level, **options)
    )
    m = len(found.ranks)
    axes = axes_for(ax, (7, 1 + 0.22 * m))
    places = np.arange(m)
    axes.hlines(places, 1, found.ranks, color="#dddddd", linewidth=1, zorder=0)
    axes.plot(found.ranks, places, "o", color=_BLUE, markersize=4)
    axes.set_yticks(places, [_short(x) for x in found.alternatives])
    for k, (first, last) in enumerate(found.cliques()):
        # Outside of the data: a place on the axis of ranks would read as a rank.
        axes.plot(
            [1.03 + 0.03 * k] * 2,
            [first, last],
            color=_RED,
            linewidth=2.5,
            solid_capstyle="round",
            transform=axes.get_yaxis_transform(),
            clip_on=False,
        )
    axes.set_ylim(m - 0.5, -0.5)
    axes.set_xlabel(f"average rank (critical difference {found.difference:.2f})")
    axes.set_title(f"Friedman p = {found.p_value:.2g}; bars join systems that do not differ")
    return axes


def bump(comparison: Comparison, *, top: int = 15, ax: Axes | None = None) -> Axes:
    """The rank of each system under each rule, as lines.

    Parameters
    ----------
    comparison : Comparison
        From :func:`mechdesign.aggregation.analysis.comparison`.
    top : int
        Systems that some rule ranks among the first `top` are drawn.
    """
    rules = list(comparison.results)
    labels = comparison.problem.data.alternatives
    ranks = np.array(
        [[float(v) for v in r.choice.rank_vector(labels)] for r in comparison.results.values()]
    )
    shown = [k for k in range(len(labels)) if ranks[:, k].min() <= top]
    shown.sort(key=lambda k: (ranks[0, k], k))
    axes = axes_for(ax, (2 + 1.5 * len(rules), 1 + 0.3 * len(shown)))
    for k in shown:
        moved = ranks[:, k].max() - ranks[:, k].min() > 0
        color = None if moved else _GREY
        axes.plot(range(len(rules)), ranks[:, k], "o-", color=color, linewidth=1.5, markersize=4)
    # Names stand in their own rows, so that tied systems can all be read.
    for place, k in enumerate(sorted(shown, key=lambda k: (ranks[-1, k], k)), 1):
        axes.annotate(
            _short(labels[k]),
            (len(rules) - 1, ranks[-1, k]),
            xytext=(len(rules) - 0.85, place),
            fontsize=8,
            va="center",
        )
    axes.set_xticks(range(len(rules)), rules)
    # Room for the names to the right of the last rule.
    longest = max((len(_short(labels[k])) for k in shown), default=0)
    axes.set_xlim(-0.2, len(rules) - 0.7 + 0.09 * longest)
    axes.invert_yaxis()
    axes.set_ylabel("rank")
    return axes


def rank_intervals(ranks: BootstrapRanks, *, ax: Axes | None = None) -> Axes:
    """A forest of rank intervals.

    Parameters
    ----------
    ranks : BootstrapRanks
        From :func:`mechdesign.aggregation.bootstrap`.
    """
    low, high = ranks.interval()
    middle = ranks.ranks.mean(axis=0)
    order = np.argsort(middle, kind="stable")
    axes = axes_for(ax, (6, 1 + 0.25 * len(order)))
    places = np.arange(len(order))
    axes.hlines(places, low[order], high[order], color=_BLUE, linewidth=2)
    axes.plot(middle[order], places, "o", color=_RED, markersize=4)
    axes.set_yticks(places, [_short(ranks.alternatives[k]) for k in order])
    axes.set_ylim(len(order) - 0.4, -0.6)
    axes.set_xlabel(f"rank under {ranks.rule}, {ranks.level:.0%} bootstrap intervals")
    return axes


def majority_graph(data: object, *, ax: Axes | None = None, **options: object) -> Axes:
    """Who beats whom by majority; systems in a cycle are red.

    Parameters
    ----------
    data : scores or rankings
        See :func:`mechdesign.aggregation.read`; best for up to 20 systems.

    Returns
    -------
    Axes
        Arrows from winners to losers, wider for larger margins; ties have no arrow.
    """
    pairs = pairs_of(read(data, **options))
    axes = axes_for(ax, (6, 6))
    m = pairs.m
    cyclic = {i for part in components(pairs.beats) if len(part) > 1 for i in part}
    angle = np.pi / 2 - 2 * np.pi * np.arange(m) / m
    x, y = np.cos(angle), np.sin(angle)
    largest = max(1, int(pairs.margins.max()))
    for i, j in np.argwhere(pairs.beats).tolist():
        inside = i in cyclic and j in cyclic
        axes.annotate(
            "",
            (x[j], y[j]),
            (x[i], y[i]),
            arrowprops={
                "arrowstyle": "-|>",
                "shrinkA": 14,
                "shrinkB": 14,
                "linewidth": 0.5 + 2.5 * int(pairs.margins[i, j]) / largest,
                "color": _RED if inside else _GREY,
                "alpha": 0.8,
            },
        )
    for i in range(m):
        axes.plot(x[i], y[i], "o", color=_RED if i in cyclic else _BLUE, markersize=10)
        # Names stand outside of the circle, and away from their point on either side.
        side = "center" if abs(x[i]) < 0.2 else ("left" if x[i] > 0 else "right")
        axes.annotate(
            _short(pairs.alternatives[i], 18),
            (1.12 * x[i], 1.12 * y[i]),
            ha=side,
            va="center",
            fontsize=8,
        )
    axes.set_xlim(-1.7, 1.7)
    axes.set_ylim(-1.3, 1.3)
    axes.set_aspect("equal")
    axes.axis("off")
    return axes


def robustness(curve: Table, *, ax: Axes | None = None) -> Axes:
    """A robustness curve: one line for each rule.

    Parameters
    ----------
    curve : Table
        Of :func:`mechdesign.aggregation.robustness_curve`, ``subsampling_curve`` or
        ``scaling_errors``: levels in the first column, one rule in each other.
    """
    axes = axes_for(ax, (6, 4))
    levels = [row[0] for row in curve.rows]
    for k, (name, marker) in enumerate(zip(curve.columns[1:], "os^Dv*Px" * 9, strict=False)):
        values = [np.nan if row[k + 1] is None else row[k + 1] for row in curve.rows]
        axes.plot(levels, values, marker=marker, markersize=5, label=name)
    axes.set_xlabel(str(curve.columns[0]))
    axes.set_title(curve.title, fontsize=9, wrap=True)
    legend_beside(axes)
    return axes


_ELECTED = ("#30638e", "#2a9d8f", "#e9a03b", "#7b5ea7", "#4c956c", "#c77b58", "#5fa8d3", "#a23b72")


def transfers(count: Count, *, ax: Axes | None = None) -> Axes:
    """Where votes went: a bar for every candidate at each stage, bands for what moved.

    Parameters
    ----------
    count : Count
        From :func:`mechdesign.aggregation.stv`.

    Returns
    -------
    Axes
        Those elected are coloured, from the top in the order of their election; votes that nobody
        has any more are red, at the bottom.
    """
    stages, order = count.stages, _from_the_top(count)
    shades = dict.fromkeys(order, _GREY) | dict(zip(count.elected, _ELECTED * 9, strict=False))
    width = max(4.0, 2 + 1.1 * len(stages))
    axes = axes_for(ax, (width, 2 + 0.35 * len(order)))
    total = float(count.details["votes"])
    gap, bar = total * 0.022, 0.09
    bottoms = []
    for stage in stages:
        level, places = 0.0, {}
        lost = float(sum(stage.exhausted.values()) + stage.rounding)
        for who, size in [(None, lost), *((c, float(stage.votes[c])) for c in reversed(order))]:
            places[who] = (level, size)
            level += size + gap
        bottoms.append(places)
    for x, (places, stage) in enumerate(zip(bottoms, stages, strict=True)):
        for who, (low, size) in places.items():
            shade = _RED if who is None else shades[who]
            if size:
                axes.bar(x, size, 2 * bar, bottom=low, color=shade, linewidth=0)
            if who in stage.elected:
                axes.text(x, low + size / 2, "✓", ha="center", va="center", color="w", fontsize=8)
    for x, stage in enumerate(stages[1:]):
        before, after = bottoms[x], bottoms[x + 1]
        amounts = {(a, b): float(v) for a, b, v in stage.moved}
        leaves = {c: sum(v for (a, _), v in amounts.items() if a == c) for c in order}
        stays = {(c, c): min(before[c][1] - leaves[c], after[c][1]) for c in order}
        stays[None, None] = before[None][1]
        out = {who: low for who, (low, _) in before.items()}
        into = {who: low for who, (low, _) in after.items()}
        ways = [None, *reversed(order)]
        # Bands leave and arrive in the order of the bars, so that few of them cross.
        flows = {k: v for k, v in {**stays, **amounts}.items() if v > 0}
        starts, ends = {}, {}
        for a, b in sorted(flows, key=lambda f: (ways.index(f[0]), ways.index(f[1]))):
            starts[a, b] = out[a]
            out[a] += flows[a, b]
        for a, b in sorted(flows, key=lambda f: (ways.index(f[1]), ways.index(f[0]))):
            ends[a, b] = into[b]
            into[b] += flows[a, b]
        for (a, b), size in flows.items():
            shade = _RED if b is None else shades[a]
            strength = 0.18 if a == b else 0.55
            ends_at = (x + bar, x + 1 - bar)
            _band(axes, ends_at, (starts[a, b], ends[a, b]), size, shade, strength)
    last = len(stages) - 1
    for c in order:
        low, size = bottoms[0][c]
        axes.text(-0.16, low + size / 2, _short(c), ha="right", va="center", fontsize=8)
        low, size = bottoms[last][c]
        if size:
            axes.text(last + 0.16, low + size / 2, _short(c), ha="left", va="center", fontsize=8)
    low, size = bottoms[last][None]
    if size:
        told = "not transferable"
        axes.text(last + 0.16, low + size / 2, told, va="center", fontsize=8, color=_RED)
    titles = [f"{stage.number}  {_short(stage.title, 34)}" for stage in stages]
    axes.set_xticks(range(len(stages)), titles, rotation=30, ha="right", fontsize=8)
    axes.set_yticks([])
    axes.set_xlim(-0.2, last + 0.2)
    for side in ("left", "bottom", "top", "right"):
        axes.spines[side].set_visible(False)
    axes.set_xlabel("stage of the count")
    axes.set_ylabel("votes")
    axes.tick_params(length=0)
    return axes


def rounds(count: Count, *, ax: Axes | None = None) -> Axes:
    """The most votes that every candidate has in a count, beside the quota.

    Parameters
    ----------
    count : Count
        From :func:`mechdesign.aggregation.stv`.

    Returns
    -------
    Axes
        First choices are dark, what came later is light; those elected are blue.
    """
    order = _from_the_top(count)[::-1]
    first = [float(count.stages[0].votes[c]) for c in order]
    most = [max(float(stage.votes[c]) for stage in count.stages) for c in order]
    shades = [_BLUE if c in count.choice else _GREY for c in order]
    axes = axes_for(ax, (6, 1 + 0.32 * len(order)))
    axes.barh(range(len(order)), most, color=shades, alpha=0.4)
    axes.barh(range(len(order)), first, color=shades, label="first choices")
    axes.set_yticks(range(len(order)), [_short(c) for c in order])
    axes.set_xlabel("votes: first choices dark, the most at any stage light")
    if count.rule.quota != "none":
        axes.axvline(float(count.stages[0].quota), color=_RED, linestyle="--", linewidth=1)
        axes.set_title("dashed: the quota of the first stage", fontsize=9)
    return axes


def pairwise(data: object, *, ax: Axes | None = None, **options: object) -> Axes:
    """By how much the row beats the column, those who beat most on top.

    Parameters
    ----------
    data : rankings or scores
        See :func:`mechdesign.aggregation.read`.
    """
    pairs = pairs_of(read(data, **options))
    order = sorted(range(pairs.m), key=lambda k: -int((pairs.margins[k] > 0).sum()))
    margins = pairs.margins[np.ix_(order, order)] / pairs.denominator
    names = [_short(pairs.alternatives[k], 18) for k in order]
    axes = axes_for(ax, (2 + 0.5 * pairs.m, 1.5 + 0.45 * pairs.m))
    largest = float(np.abs(margins).max()) or 1.0
    axes.imshow(margins, cmap="RdBu", vmin=-largest, vmax=largest)
    axes.set_xticks(range(pairs.m), names, rotation=60, ha="right")
    axes.set_yticks(range(pairs.m), names)
    for i, row in enumerate(margins.tolist() if pairs.m <= 25 else []):
        for j, margin in enumerate(row):
            if i != j:
                shade = "w" if abs(margin) > 0.6 * largest else "k"
                shown = f"{margin:+.4g}"
                axes.text(j, i, shown, ha="center", va="center", fontsize=7, color=shade)
    axes.set_title("voters who prefer the row minus those who prefer the column", fontsize=9)
    return axes


def grades(data: object, *, ax: Axes | None = None, **options: object) -> Axes:
    """The share of every grade, by alternative in the order of majority judgment.

    Parameters
    ----------
    data : scores
        See :func:`mechdesign.aggregation.read`: one column for each voter; what is left out stands
        as no grade at the left.
    """
    from matplotlib import colormaps

    problem = read(data, **options)
    found = majority_judgment(problem)
    order = [x for tier in found.ranking.tiers for x in tier]
    weights = [float(w) for w in problem.weights or (1,) * len(problem.types)]
    columns = [[None if v is None or v != v else v for v in column] for column in problem.types]
    known = sorted({v for column in columns for v in column if v is not None})
    levels = [*([None] if any(None in column for column in columns) else []), *known]
    axes = axes_for(ax, (6.5, 1.2 + 0.35 * len(order)))
    shades = colormaps["RdYlGn"](np.linspace(0.1, 0.9, len(levels)))
    left = np.zeros(len(order))
    places = [problem.data.alternatives.index(x) for x in order]
    for level, shade in zip(levels, shades, strict=True):
        part = [
            sum(w for w, column in zip(weights, columns, strict=True) if column[k] == level)
            for k in places
        ]
        share = np.array(part) / sum(weights)
        name = "no grade" if level is None else str(level)
        axes.barh(range(len(order)), share, left=left, color=shade, label=name)
        left += share
    axes.axvline(0.5, color="k", linewidth=0.8)
    axes.set_yticks(range(len(order)), [_short(x) for x in order])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel("share of voters, from the worst grade to the best")
    legend_beside(axes)
    return axes


def ratings(found: ArenaRatings, *, ax: Axes | None = None) -> Axes:
    """Ratings of an arena with their intervals and ranks, best on top.

    Parameters
    ----------
    found : ArenaRatings
        Of :func:`mechdesign.aggregation.arena_ratings`.
    """
    mid, low, high = found.ratings()
    order = np.argsort(mid, kind="stable").tolist()
    ranks = found.ranks()
    axes = axes_for(ax, (6, 1 + 0.3 * len(order)))
    middle = mid[order]
    ends = np.stack([middle - low[order], high[order] - middle])
    axes.errorbar(middle, range(len(order)), xerr=ends, fmt="o", color=_BLUE, markersize=4)
    told = [_rank_range(ranks[k]) for k in order]
    names = [_short(found.alternatives[k]) for k in order]
    axes.set_yticks(
        range(len(order)), [f"{n}  ({r})" for n, r in zip(names, told, strict=True)], fontsize=8
    )
    axes.set_xlabel(f"rating, {found.how['level']:.0%} intervals; in brackets the ranks they allow")
    return axes


def _rank_range(ranks: tuple[int, int]) -> str:
    low, high = ranks
    return str(low) if low == high else f"{low}-{high}"


def _from_the_top(count: Count) -> list[Any]:
    """Those elected in their order, then the others, whoever stayed longest first."""
    out = [label for stage in count.stages for label in stage.excluded]
    rest = [x for x in count.stages[0].votes if x not in count.choice and x not in out]
    return [*count.elected, *rest, *reversed(out)]


def _band(
    axes: Axes,
    x: tuple[float, float],
    low: tuple[float, float],
    size: float,
    shade: str,
    strength: float,
) -> None:
    """A band of one width that swings from one level to another."""
    t = np.linspace(0, 1, 24)
    swing = low[0] + (low[1] - low[0]) * (3 * t**2 - 2 * t**3)
    places = x[0] + (x[1] - x[0]) * t
    axes.fill_between(places, swing, swing + size, color=shade, alpha=strength, linewidth=0)


def _short(label: object, limit: int = 28) -> str:
    text = str(label)
    return text if len(text) <= limit else text[: limit - 1] + "…"
