"""Preference games: the chance that one alternative is preferred to another, for every pair."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import field, replace
from fractions import Fraction
from functools import cached_property
from math import lcm
from os import PathLike
from typing import Any, Literal

import numpy as np

from mechdesign.arrays import AnyArray, FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.model import FrozenMap, Number, as_number, distance, is_exact, parse_number
from mechdesign.model.reading import is_frame
from mechdesign.records import dataclass

__all__ = ["PreferenceGame", "game"]

Kind = Literal["rates", "percent", "wins", "battles"]
_CLOSE = 1e-12
_COLUMNS = ("left", "right", "winner")


@dataclass(frozen=True, eq=False, repr=False)
class PreferenceGame:
    """A symmetric game: two lotteries meet, and the one whose draw is preferred wins.

    Parameters
    ----------
    alternatives : tuple of labels, length n
        Rows and columns.
    rates : array, shape (n, n)
        The chance that the row is preferred to the column; rates and their transposes sum to 1.
    reference : array, shape (n,)
        A positive distribution, from which a regularised lottery does not want to depart.
    beta : float
        How much departing costs, in units of probability: ``beta * KL(lottery || reference)``.
    margins, compared : arrays of integers, shape (n, n), optional
        Where the rates are exact: they are ``1/2 + margins / (2 compared)``.
    decisions : tuple of str
        What had to be decided when the data were read.
    """

    alternatives: tuple[Hashable, ...]
    rates: FloatArray
    reference: FloatArray
    beta: float = 0.0
    margins: AnyArray | None = None
    compared: AnyArray | None = None
    decisions: tuple[str, ...] = field(default=())

    @property
    def n(self) -> int:
        """The number of alternatives."""
        return len(self.alternatives)

    @property
    def exact(self) -> bool:
        """Whether the rates are fractions."""
        return self.margins is not None

    @cached_property
    def log_reference(self) -> FloatArray:
        """The logarithms of the reference."""
        return np.log(self.reference)

    @cached_property
    def integer_margins(self) -> AnyArray:
        """A skew matrix of integers with the same maximal lotteries.

        Floats are rounded to 13 decimals, so that rates which should be equal are.
        """
        if self.margins is not None and self.compared is not None:
            margins, compared = self.margins.astype(object), self.compared.astype(object)
            common = lcm(*map(int, set(compared.ravel().tolist())))
            return np.asarray(margins * (common // compared))
        upper = np.triu(np.rint((self.rates - 0.5) * 1e13).astype(np.int64), 1)
        return np.asarray(upper - upper.T).astype(object)

    def rate(self, a: Hashable, b: Hashable) -> Number:
        """The chance that one alternative is preferred to another."""
        i, j = self.place(a), self.place(b)
        if self.margins is None or self.compared is None:
            return float(self.rates[i, j])
        return Fraction(1, 2) + Fraction(int(self.margins[i, j]), 2 * int(self.compared[i, j]))

    def place(self, label: Hashable) -> int:
        """Where an alternative stands."""
        if label not in self.alternatives:
            raise InvalidInputError("alternative", f"be one of {self._labels()}", label)
        return self.alternatives.index(label)

    def against(self, p: Sequence[Number]) -> list[Number]:
        """The chance of every alternative against a lottery, exact where both are."""
        if self.margins is None or self.compared is None or not all(map(is_exact, p)):
            return [float(x) for x in self.rates @ np.array([float(x) for x in p])]
        live = [(j, Fraction(x)) for j, x in enumerate(p) if x]
        return [
            sum(
                (
                    x * Fraction(int(self.margins[i, j]), 2 * int(self.compared[i, j]))
                    for j, x in live
                ),
                Fraction(1, 2),
            )
            for i in range(self.n)
        ]

    def lottery(self, p: object, parameter: str = "p") -> list[Number]:
        """A lottery over the alternatives, checked: a mapping by label, or numbers in order.

        Raises
        ------
        InvalidInputError
            On negative probabilities, or another sum than 1 (floats: within 1e-9).
        """
        if isinstance(p, Mapping):
            unknown = [label for label in p if label not in self.alternatives]
            if unknown:
                raise InvalidInputError(parameter, f"have labels of {self._labels()}", unknown[0])
            p = [p.get(label, 0) for label in self.alternatives]
        if isinstance(p, np.ndarray):
            p = p.tolist()
        if not isinstance(p, (list, tuple)) or len(p) != self.n:
            raise InvalidInputError(parameter, f"have {self.n} probabilities", p)
        found = [as_number(x, f"{parameter}[{k}]", low=0) for k, x in enumerate(p)]
        total = sum(found)
        if total != 1 and (is_exact(total) or abs(float(total) - 1) > 1e-9):
            raise InvalidInputError(parameter, "sum to 1", total)
        return found

    def with_beta(self, beta: Number | None) -> PreferenceGame:
        """The game with another strength of regularisation; None leaves it."""
        return self if beta is None else replace(self, beta=_strength(beta))

    def _labels(self) -> str:
        shown = [str(label) for label in self.alternatives[:8]]
        return ", ".join([*shown, "..."] if self.n > 8 else shown)

    def __repr__(self) -> str:
        told = f"Preference game of {self.n} alternatives: {self._labels()}"
        return told if not self.beta else f"{told}; beta = {self.beta:g}"


def game(
    data: object,
    *,
    alternatives: Sequence[Hashable] | None = None,
    ref: object = None,
    beta: Number = 0,
    kind: Kind | None = None,
    symmetrise: bool = False,
    smooth: Number = 0,
    missing: Number | None = None,
    ref_groups: Sequence[Sequence[Hashable]] | None = None,
) -> PreferenceGame:
    """Read a preference game.

    Parameters
    ----------
    data : matrix, data frame, nested mapping, log, path, or pairwise comparisons
        *Rates*: the chance that the row is preferred to the column.  *Wins*: how often it was.
        A *log* has rows (left, right, winner), or a winner named ``left``, ``right``, ``tie``.
        Comparisons that were counted already, such as ``aggregation.Pairwise`` of a profile or a
        score table, have ``alternatives``, ``support`` and ``compared``.
    alternatives : sequence of labels, optional
        Names for the rows of a bare matrix.
    ref : sequence or mapping of positive numbers, optional
        The reference; uniform by default.
    beta : number
        The strength of the regularisation, at least 0.
    kind : {"rates", "percent", "wins", "battles"}, optional
        What a matrix or table holds: rates by default; a table with columns left, right and winner,
        or winner and loser, is a log.  With ``battles`` rows may be pairs (winner, loser).
    symmetrise : bool
        Whether to repair rates of ``i`` over ``j`` and ``j`` over ``i`` that do not sum to 1, as of
        a judge with a position bias; refused otherwise.
    smooth : number
        Comparisons, half of them won, that are added to every pair of counts.
    missing : number, optional
        The rate of pairs that were never compared; without it they are refused.
    ref_groups : sequence of sequences of labels, optional
        Alternatives that share the reference of one, as duplicates should.

    Raises
    ------
    InvalidInputError
        Naming the pair that is wrong.

    Examples
    --------
    >>> from fractions import Fraction as F
    >>> game([[F(1, 2), F(4, 5)], [F(1, 5), F(1, 2)]]).rate(0, 1)
    Fraction(4, 5)
    >>> game([("a", "b", "left"), ("a", "b", "tie")]).rate("a", "b")
    Fraction(3, 4)
    """
    strength = _strength(beta)
    if isinstance(data, PreferenceGame):
        if any(x is not None for x in (alternatives, kind, missing)) or symmetrise or smooth:
            raise InvalidInputError("data", "be plain data where options say how to read it", data)
        changed = replace(data, beta=strength) if beta != 0 else data
        if ref is None and ref_groups is None:
            return changed
        return replace(changed, reference=_reference(ref, ref_groups, data.alternatives))
    if kind not in (None, "rates", "percent", "wins", "battles"):
        raise InvalidInputError("kind", "be rates, percent, wins or battles", kind)
    labels, cells, held, decisions = _read(data, alternatives, kind)
    if held in ("wins", "battles"):
        wins, ties = cells
        margins, compared, rates = _of_counts(wins, ties, labels, smooth, missing, decisions)
    else:
        if smooth:
            raise InvalidInputError("smooth", "be said of counts only", smooth)
        margins, compared, rates = _of_rates(cells, labels, held, symmetrise, missing, decisions)
    return PreferenceGame(
        labels,
        rates,
        _reference(ref, ref_groups, labels),
        strength,
        margins,
        compared,
        tuple(decisions),
    )


def _strength(beta: object) -> float:
    if isinstance(beta, str):
        raise InvalidInputError(
            "beta",
            "be a number: what a departure from the reference costs, in units of probability",
            beta,
        )
    return float(as_number(beta, "beta", low=0))


def _read(data: Any, names: Any, kind: str | None) -> tuple[Any, Any, str, list[str]]:
    """Labels, cells, what these are, and what was decided."""
    from mechdesign.io.ballots.battle_logs import count_battles, has_battle_columns
    from mechdesign.io.grids import Grid
    from mechdesign.io.score_tables import read_grid

    decisions: list[str] = []
    if all(hasattr(data, name) for name in ("alternatives", "support", "compared")):
        ties = np.asarray(data.compared - data.support - data.support.T)
        return tuple(data.alternatives), (np.asarray(data.support), ties), "wins", decisions
    if isinstance(data, (str, PathLike)):
        data = read_grid(data)
    table = isinstance(data, Grid) or is_frame(data)
    log = table and has_battle_columns(data)
    rows = isinstance(data, (list, tuple)) and bool(data) and not isinstance(data[0], str)
    log = log or (rows and all(_is_battle(row) for row in data))
    if kind == "battles" or (kind is None and log):
        if not table and kind == "battles" and rows and all(map(_is_pair, data)):
            data = [(winner, loser, "left") for winner, loser in data]
        counted = count_battles(data)
        labels, wins, ties = counted.labels, counted.wins, counted.ties
        decisions.append(f"read as a log of {int(wins.sum() + ties.sum() // 2)} comparisons")
        return labels, (wins, ties), "battles", decisions
    found, cells = _square(data)
    if names is not None:
        if found is not None:
            raise InvalidInputError("alternatives", "be left out where data have labels", names)
        found = tuple(names)
    n = len(cells)
    labels = tuple(range(n)) if found is None else found
    if len(labels) != n or len(set(labels)) != n:
        raise InvalidInputError("alternatives", f"be {n} distinct labels", labels)
    if any(len(row) != n for row in cells) or not n:
        raise InvalidInputError("data", "be a square matrix", f"rows of {[*map(len, cells)][:9]}")
    if kind == "wins":
        counts = np.zeros((n, n), dtype=object)
        for i, row in enumerate(cells):
            for j, cell in enumerate(row):
                if i != j and cell not in (None, ""):
                    where = f"wins of {labels[i]} over {labels[j]}"
                    told = parse_number(cell, where) if isinstance(cell, str) else cell
                    counts[i, j] = as_number(told, where, low=0)
        return labels, (counts, np.zeros((n, n), dtype=object)), kind, decisions
    return labels, cells, kind or "rates", decisions


def _is_battle(row: Any) -> bool:
    return isinstance(row, (list, tuple)) and len(row) == 3 and isinstance(row[2], str)


def _is_pair(row: Any) -> bool:
    return isinstance(row, (list, tuple)) and len(row) == 2


def _square(data: Any) -> tuple[tuple[Hashable, ...] | None, Any]:
    """Labels, if there are any, and the cells of a square table; columns are aligned by label."""
    from mechdesign.io.grids import Grid

    if isinstance(data, Grid):
        labels = tuple(row[0] for row in data.rows)
        columns, found = list(data.columns[1:]), [list(row[1:]) for row in data.rows]
        return labels, _aligned(labels, columns, found)
    if is_frame(data):
        rows, columns, found = _frame(data)
        if rows is None:
            rows = tuple(columns)
        return tuple(rows), _aligned(tuple(rows), columns, found)
    if isinstance(data, Mapping):
        labels = tuple(data)
        if not all(isinstance(row, Mapping) for row in data.values()):
            raise InvalidInputError("data", "map labels to mappings of labels to numbers", data)
        return labels, [[data[a].get(b) for b in labels] for a in labels]
    if isinstance(data, np.ndarray):
        if data.ndim != 2:
            raise InvalidInputError(
                "data", "have two dimensions (regularised_many takes many games)", data.shape
            )
        return None, data if data.dtype.kind == "f" else data.tolist()
    if not isinstance(data, (list, tuple)) or not all(
        isinstance(row, (list, tuple, np.ndarray)) for row in data
    ):
        raise InvalidInputError("data", "be a square matrix or a log of comparisons", data)
    return None, [list(row) for row in data]


def _frame(data: Any) -> tuple[Any, list[Any], list[list[Any]]]:
    from mechdesign.model.reading import frame_rows

    rows, columns, cells = frame_rows(data)
    return rows, list(columns), cells


def _aligned(labels: tuple[Any, ...], columns: list[Any], cells: list[list[Any]]) -> Any:
    named, texts = [str(x) for x in labels], [str(c) for c in columns]
    if sorted(named) != sorted(texts):
        raise InvalidInputError("data", f"have the columns {named[:8]} as rows", texts[:8])
    order = [texts.index(name) for name in named]
    return [[row[k] for k in order] for row in cells]


def _of_counts(
    wins: AnyArray,
    ties: AnyArray,
    labels: Sequence[Hashable],
    smooth: Number,
    missing: Number | None,
    decisions: list[str],
) -> tuple[AnyArray | None, AnyArray | None, FloatArray]:
    n = len(labels)
    extra = as_number(smooth, "smooth", low=0)
    rate = None if missing is None else as_number(missing, "missing", low=0, high=1)
    compared = wins + wins.T + ties + extra
    unseen = (compared == 0) & ~np.eye(n, dtype=bool)
    if rate is None and unseen.any():
        i, j = map(int, np.argwhere(unseen)[0])
        raise InvalidInputError(
            "data",
            "compare every pair (missing=1/2 says what else to take)",
            f"{labels[i]} and {labels[j]}, never compared; pairs missing: {int(unseen.sum()) // 2}",
        )
    if unseen.any():
        decisions.append(f"{int(unseen.sum()) // 2} pairs were never compared: {rate} is taken")
    if unseen.any() and rate != Fraction(1, 2):
        raise InvalidInputError("missing", "be 1/2 for counts: a pair has two directions", missing)
    margins = wins - wins.T
    compared = np.where(compared == 0, 1, compared)
    np.fill_diagonal(compared, 1)
    rates = np.asarray(0.5 + (margins / (2 * compared)).astype(float))
    every = [*np.unique(margins.ravel()), *np.unique(compared.ravel())]
    if all(isinstance(x, (int, np.integer)) for x in every):
        return margins, compared, rates
    return None, None, rates


def _of_rates(
    cells: Any,
    labels: Sequence[Hashable],
    kind: str,
    symmetrise: bool,
    missing: Number | None,
    decisions: list[str],
) -> tuple[AnyArray | None, AnyArray | None, FloatArray]:
    n = len(labels)
    unit = 100 if kind == "percent" else 1
    if isinstance(cells, np.ndarray):
        even = np.where(np.eye(n, dtype=bool), unit / 2, cells)
        ready = (even >= 0).all() and np.abs(even + even.T - unit).max() <= _CLOSE
        if ready and (cells.diagonal() == unit / 2).all():
            # Rounded once, so that a rate and the one of the other direction sum to 1.
            rates_found = even / unit
            return None, None, np.asarray((rates_found + 1 - rates_found.T) / 2)
        cells = cells.tolist()
    half = Fraction(1, 2)
    rates: list[list[Number]] = [[half] * n for _ in range(n)]
    diagonal = False
    for i in range(n):
        for j in range(n):
            cell = cells[i][j]
            empty = cell is None or cell == "" or cell != cell
            if i == j:
                diagonal = diagonal or not (empty or cell in (half, unit * half, 0.5))
                continue
            where = f"rate of {labels[i]} over {labels[j]}"
            if empty and missing is None:
                raise InvalidInputError(where, "be given (missing=1/2 says what to take)", cell)
            if isinstance(cell, str) and not empty:
                cell = parse_number(cell, where)
            value = as_number(missing if empty else cell, where, low=0)
            if not empty:
                value = value / 100 if isinstance(value, float) else Fraction(value) / unit
                if isinstance(value, float) and unit == 1:
                    value = float(cell)
            if value > 1:
                hint = (
                    "be in [0, 1]"
                    if value > 100 or unit > 1
                    else (
                        "be in [0, 1] (it looks like a percentage: kind='percent'; or like wins: "
                        "kind='wins')"
                    )
                )
                raise InvalidInputError(where, hint, cell)
            rates[i][j] = value
    if diagonal:
        decisions.append("the diagonal was set to 1/2")
    bias: Number = 0
    exact = all(is_exact(x) for row in rates for x in row)
    for i in range(n):
        for j in range(i + 1, n):
            off = distance(rates[i][j] + rates[j][i], 1)
            bias = max(bias, off)
            if off > (0 if exact else _CLOSE) and not symmetrise:
                raise InvalidInputError(
                    "data",
                    "have rates of i over j and of j over i that sum to 1 (symmetrise=True takes "
                    "half of the difference, as for a judge who favours a position)",
                    f"{float(rates[i][j])!r} and {float(rates[j][i])!r} for {labels[i]} and "
                    f"{labels[j]}",
                )
            if off:
                rates[i][j] = (rates[i][j] + 1 - rates[j][i]) / 2
                rates[j][i] = 1 - rates[i][j]
    if bias:
        decisions.append(f"rates were made to sum to 1; they were off by up to {float(bias):.3g}")
    array = np.array([[float(x) for x in row] for row in rates])
    if not exact:
        return None, None, array
    margins = np.zeros((n, n), dtype=object)
    compared = np.ones((n, n), dtype=object)
    for i in range(n):
        for j in range(n):
            margin = 2 * Fraction(rates[i][j]) - 1
            margins[i, j], compared[i, j] = margin.numerator, margin.denominator
    return margins, compared, array


def _reference(ref: object, groups: Any, labels: Sequence[Hashable]) -> FloatArray:
    n = len(labels)
    if groups is not None:
        if ref is not None:
            raise InvalidInputError("ref", "be left out where ref_groups are given", ref)
        listed = [label for group in groups for label in group]
        if len(set(listed)) != len(listed) or any(label not in labels for label in listed):
            raise InvalidInputError("ref_groups", "be disjoint groups of alternatives", groups)
        alone = [[label] for label in labels if label not in listed]
        parts = [*map(list, groups), *alone]
        share = {label: 1 / (len(parts) * len(group)) for group in parts for label in group}
        return np.array([share[label] for label in labels])
    if ref is None:
        return np.full(n, 1 / n)
    if isinstance(ref, Mapping):
        if set(ref) != set(labels):
            raise InvalidInputError("ref", "have a number for every alternative", dict(ref))
        ref = [ref[label] for label in labels]
    values = ref.tolist() if isinstance(ref, np.ndarray) else ref
    if not isinstance(values, (list, tuple)) or len(values) != n:
        raise InvalidInputError("ref", f"have {n} positive numbers", ref)
    found = [float(as_number(x, f"ref[{k}]", low=0)) for k, x in enumerate(values)]
    if not all(found):
        raise InvalidInputError("ref", "be positive everywhere", ref)
    if abs(sum(found) - 1) > 1e-9:
        raise InvalidInputError("ref", "sum to 1", sum(found))
    return np.array(found) / sum(found)


def by_label(game: PreferenceGame, p: Sequence[Number]) -> FrozenMap[Any, Number]:
    """Probabilities by the label of the alternative."""
    return FrozenMap(zip(game.alternatives, p, strict=True))
