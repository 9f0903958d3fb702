"""Disagreement as a signal: who sees what differently, how much, and whether by chance."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.bargaining.opinions.rating_sheets import Ratings, ratings
from mechdesign.errors import InvalidInputError, require
from mechdesign.io import Table
from mechdesign.model import Seed, as_count, as_list
from mechdesign.records import dataclass

if TYPE_CHECKING:
    from mechdesign.stats.permutation import PermutationTest

__all__ = ["Disagreement", "disagreement", "discussion_shift", "divergence", "rank_reversals"]


@dataclass(frozen=True, eq=False)
class Disagreement:
    """Measures of disagreement among raters and groups; made by :func:`disagreement`.

    Parameters
    ----------
    data : Ratings
        What was rated.
    """

    data: Ratings

    def table(self) -> Table:
        """Agreement on every criterion, and the group that diverges most."""
        from mechdesign.stats.agreement import kendall_w, krippendorff_alpha, mean_pairwise

        rows = []
        for criterion in self.data.criteria:
            table = self.data.of(criterion)
            complete = not np.isnan(table).any()
            apart = self.divergence(criterion)
            top = max(apart, key=apart.__getitem__)
            rows.append(
                [
                    criterion,
                    krippendorff_alpha(table, "interval"),
                    krippendorff_alpha(table, "ordinal"),
                    kendall_w(table).w if complete else None,
                    mean_pairwise(table),
                    top,
                    apart[top],
                ]
            )
        names = ["criterion", "alpha", "alpha (ordinal)", "W", "tau-b", "diverges most", "by"]
        return Table(names, rows)

    def dispersion(self) -> Table:
        """Spread of the ratings of an item, averaged over items, and the share between groups."""
        from mechdesign.stats.agreement import intraclass_correlation
        from mechdesign.stats.polarisation import esteban_ray

        rows = []
        for criterion in self.data.criteria:
            table = self.data.of(criterion)
            complete = not np.isnan(table).any() and table.shape[1] > 1
            icc = intraclass_correlation(table) if complete else {}
            columns = [column[~np.isnan(column)] for column in table.T]
            columns = [column for column in columns if len(column) > 1]
            rows.append(
                [
                    criterion,
                    _mean(float(c.std(ddof=1)) for c in columns),
                    _mean(float(np.median(np.abs(c - np.median(c)))) for c in columns),
                    _mean(float(np.subtract(*np.percentile(c, [75, 25]))) for c in columns),
                    _mean(float(np.ptp(c)) for c in columns),
                    self._between(criterion),
                    icc.get("ICC(1)"),
                    icc.get("ICC(2,k)"),
                    _mean(esteban_ray(c) for c in columns),
                ]
            )
        names = ["criterion", "SD", "MAD", "IQR", "range", "eta^2", "ICC(1)", "ICC(2,k)"]
        return Table([*names, "polarisation"], rows)

    def divergence(self, criterion: Hashable, *, signed: bool = False) -> dict[Hashable, float]:
        """How far every group is from the mean of the other groups, averaged over items.

        Parameters
        ----------
        criterion : label
            One of the criteria.
        signed : bool
            Keep the sign: the bias of a group instead of its distance.
        """
        means = self.data.group_means(criterion)
        names = self.data.group_names
        return {g: divergence(means, k, signed=signed) for k, g in enumerate(names)}

    def divergences(self) -> Table:
        """The divergence of every group on every criterion."""
        columns = {c: self.divergence(c) for c in self.data.criteria}
        rows = [[g, *(columns[c][g] for c in columns)] for g in self.data.group_names]
        return Table(["group", *map(str, columns)], rows)

    def distances(self, criterion: Hashable) -> Table:
        """The mean distance between any two groups on a criterion."""
        means, names = self.data.group_means(criterion), self.data.group_names
        rows = [
            [g, *(_mean_known(np.abs(means[a] - means[b])) for b in range(len(names)))]
            for a, g in enumerate(names)
        ]
        return Table(["group", *map(str, names)], rows)

    def conflicts(self, criterion: Hashable) -> Table:
        """The share of pairs of items that two groups rank oppositely, largest first."""
        means, names = self.data.group_means(criterion), self.data.group_names
        items = self.data.items
        rows: list[list[Any]] = []
        for a, b in itertools.combinations(range(len(names)), 2):
            opposed = [
                (i, j)
                for i, j in itertools.combinations(range(len(items)), 2)
                if (means[a, i] - means[a, j]) * (means[b, i] - means[b, j]) < 0
            ]
            pairs = len(items) * (len(items) - 1) // 2
            worst = max(
                opposed,
                key=lambda p: min(
                    abs(means[a, p[0]] - means[a, p[1]]), abs(means[b, p[0]] - means[b, p[1]])
                ),
                default=None,
            )
            example = "" if worst is None else f"{items[worst[0]]} / {items[worst[1]]}"
            share = len(opposed) / pairs if pairs else 0.0
            rows.append([names[a], names[b], len(opposed), share, example])
        rows.sort(key=lambda row: -row[3])
        return Table(["group", "other group", "pairs", "share", "sharpest"], rows)

    def systematic(
        self, criterion: Hashable, group: Hashable, permutations: int = 10_000, rng: Seed = 0
    ) -> PermutationTest:
        """Test whether a group diverges more than a random set of raters of its size.

        Parameters
        ----------
        criterion, group : labels
            What to test.
        permutations : int
            All assignments are tried if there are no more, else so many are drawn.
        rng : numpy.random.Generator or int
            For draws.

        Notes
        -----
        The group is tested against everybody else taken as one group.
        """
        from mechdesign.stats.permutation import label_permutation_test

        if group not in self.data.group_names:
            raise InvalidInputError("group", f"be one of {list(self.data.group_names)}", group)
        if len(self.data.group_names) < 2:
            raise InvalidInputError("group", "not be everybody", group)
        table = self.data.of(criterion)
        inside = [g == group for g in self.data.groups]

        def statistic(labels: Sequence[bool]) -> float:
            mask = np.array(labels, dtype=bool)
            own, others = _means(table[mask]), _means(table[~mask])
            return _mean_known(np.abs(own - others))

        return label_permutation_test(inside, statistic, permutations=permutations, rng=rng)

    def _between(self, criterion: Hashable) -> float:
        """The share of the variance around the item's mean that lies between groups."""
        table = self.data.of(criterion)
        between = total = 0.0
        labels = np.array([self.data.group_names.index(g) for g in self.data.groups])
        for column in table.T:
            known = ~np.isnan(column)
            values, own = column[known], labels[known]
            if not len(values):
                continue
            mean = values.mean()
            total += float(((values - mean) ** 2).sum())
            for g in np.unique(own):
                inside = values[own == g]
                between += len(inside) * float((inside.mean() - mean) ** 2)
        return between / total if total else float("nan")

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"agreement": self.table().to_dict(), "divergence": self.divergences().to_dict()}

    def __str__(self) -> str:
        return f"{self.table()}\n\n{self.divergences()}"


def disagreement(data: Any, groups: Any = None, **options: Any) -> Disagreement:
    """Analyse the disagreement of raters and groups.

    Parameters
    ----------
    data : Ratings, dict or array
        As in :func:`mechdesign.bargaining.opinions.rating_sheets`.
    groups : dict or sequence, optional
        The group of every rater.
    **options
        As in :func:`mechdesign.bargaining.opinions.rating_sheets`.

    Examples
    --------
    >>> found = disagreement({"access": {"ann": {"park": 1, "plaza": 3, "street": 2},
    ...                                  "bob": {"park": 4, "plaza": 3, "street": 2},
    ...                                  "eve": {"park": 1, "plaza": 4, "street": 2}}})
    >>> found.divergence("access")["bob"]
    1.1666666666666667
    >>> found.conflicts("access").rows[0][:4]
    ('ann', 'bob', 2, 0.6666666666666666)
    """
    return Disagreement(ratings(data, groups, **options))


def divergence(means: FloatArray, group: int, *, signed: bool = False) -> float:
    """The mean over items of the distance of one group from the mean of the others.

    Parameters
    ----------
    means : array, shape (groups, items)
        NaN where unknown.
    group : int
        Which one.
    signed : bool
        Whether to keep the sign.

    Examples
    --------
    >>> divergence(np.array([[1.0, 5.0], [2.0, 2.0], [2.0, 4.0]]), 0)
    1.5
    """
    require(means, np.ndarray, "means")
    group = as_count(group, "group")
    if len(means) < 2:
        raise InvalidInputError("means", "have two groups", len(means))
    gap = means[group] - _means(np.delete(means, group, axis=0))
    return _mean_known(gap if signed else np.abs(gap))


def discussion_shift(data: Ratings, agreed: object, criterion: Hashable) -> dict[str, float]:
    """What a discussion changed: the agreed values against the mean of the groups before it.

    Parameters
    ----------
    data : Ratings
        Before.
    agreed : sequence of numbers or Ratings
        The value agreed on for every item, or the ratings after the discussion.
    criterion : label
        Which criterion.

    Returns
    -------
    dict
        ``shift``: the mean of agreed minus mean value; ``distance``: the mean of its absolute
        value; and for ratings ``removed``: the share of the standard deviation that is gone.

    Examples
    --------
    >>> before = ratings({"k": {"a": {"x": 1, "y": 2}, "b": {"x": 3, "y": 2}}})
    >>> discussion_shift(before, [2.5, 2], "k")
    {'shift': 0.25, 'distance': 0.25}
    """
    require(data, Ratings, "data")
    before = _means(data.group_means(criterion))
    removed: dict[str, float] = {}
    if isinstance(agreed, Ratings):
        after = _means(agreed.group_means(criterion))
        spread = [
            _mean_known(np.array([np.nanstd(c) for c in one.of(criterion).T]))
            for one in (data, agreed)
        ]
        removed = {"removed": 1 - spread[1] / spread[0] if spread[0] else float("nan")}
    else:
        after = np.asarray(agreed, dtype=float)
    if after.shape != before.shape:
        raise InvalidInputError("agreed", f"have {len(before)} values", after.shape)
    gap = after - before
    return {"shift": _mean_known(gap), "distance": _mean_known(np.abs(gap)), **removed}


def rank_reversals(scores: object, ranking: object) -> dict[str, float]:
    """How far stated ratings and a stated ranking of the same items disagree.

    Parameters
    ----------
    scores : sequence of numbers
        Ratings, larger is better.
    ranking : sequence of numbers
        Places, 1 is best; NaN for items that were not ranked.

    Returns
    -------
    dict
        ``reversed``: the share of pairs in opposite order among those that both order; ``ties``:
        the share of pairs that the ratings leave tied; ``spread``: the range of the ratings used;
        ``tau_b``: the rank correlation.

    Examples
    --------
    >>> rank_reversals([5, 4, 4, 1], [1, 3, 2, 4])["ties"]
    0.16666666666666666
    >>> rank_reversals([1, 2, 3], [1, 2, 3])["reversed"]
    1.0
    """
    from mechdesign.stats.agreement import kendall_tau_b

    try:
        values, places = (np.array(as_list(x, "scores"), dtype=float) for x in (scores, ranking))
    except (TypeError, ValueError, OverflowError):
        raise InvalidInputError("scores, ranking", "be numbers", (scores, ranking)) from None
    if values.shape != places.shape or values.ndim != 1 or len(values) < 2:
        raise InvalidInputError("ranking", "be as long as the scores, at least 2", len(places))
    known = ~(np.isnan(values) | np.isnan(places))
    pairs = list(itertools.combinations(np.flatnonzero(known).tolist(), 2))
    products = [(values[i] - values[j]) * (places[j] - places[i]) for i, j in pairs]
    ordered = [p for p in products if p]
    ties = sum(values[i] == values[j] for i, j in pairs)
    return {
        "reversed": float(sum(p < 0 for p in ordered) / len(ordered)) if ordered else float("nan"),
        "ties": float(ties / len(pairs)) if pairs else float("nan"),
        "spread": float(np.ptp(values[known])) if known.any() else float("nan"),
        "tau_b": kendall_tau_b(values[known], -places[known]),
    }


def _means(table: FloatArray) -> FloatArray:
    """Means of the columns without the missing values."""
    known = ~np.isnan(table)
    count = known.sum(axis=0)
    total = np.where(known, table, 0.0).sum(axis=0)
    means: FloatArray = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return means


def _mean_known(values: FloatArray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _mean(values: Any) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else float("nan")
