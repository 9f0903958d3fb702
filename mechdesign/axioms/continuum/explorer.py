"""The search: every path that a program takes on symbolic numbers, and the tree that proves it.

Depth first, by running the program again with the answers of the path so far, which need no
arithmetic.  A comparison that the rows of the path imply is closed with the multiples that say so:
difference bounds decide nearly all, an exact simplex the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from mechdesign.axioms.continuum.bounds import Bounds
from mechdesign.axioms.continuum.forms import Form, normal, opposite
from mechdesign.axioms.continuum.simplex import Row, inside
from mechdesign.axioms.question.purity import NotLinear


class Explorer:
    """Answers the comparisons of a run, and remembers which sides are still to be looked at."""

    def __init__(self, script: Sequence[bool] = ()) -> None:
        #: The answers that lead to the paths which are looked at, where these are not all.
        self.script = script
        self.table: dict[tuple[Any, ...], int] = {}
        self.tokens: list[Any] = []
        self.paths = 0
        #: The share of the paths that were looked at, each fork in halves.
        self.covered = 0.0
        #: Comparisons that were decided by bounds, by interval arithmetic, by the simplex.
        self.decided = [0, 0, 0]
        self.refused = ""
        self.context: Any = None
        self.waiting: list[tuple[Any, ...]] = [([], 0, Bounds(), [], None, 0, 0, ())]

    # ------------------------------------------------------------------------- paths

    def run(self, program: Callable[[Explorer], Any]) -> Any:
        """Run the program along the next path; what it returned."""
        self.answers, self.depth, self.bounds, self.rows, *rest = self.waiting.pop()
        self.sample, self.count, self.general, results = rest
        #: Outcomes of the mechanism with the number of comparisons that each took.
        self.results: list[tuple[Any, int]] = list(results)
        self.recalled = len(results)
        self.place, self.made = 0, 0
        self.known = len(self.answers)
        found = program(self)
        if self.refused:
            raise NotLinear(self.refused)
        return found

    def close(self, point: dict[int, Any]) -> None:
        """End the path: the property is fulfilled on its cell, of which this is a point."""
        self.tokens.append(["at", *(str(point[k]) for k in range(self.count))])
        self.paths += 1
        self.covered += 0.5**self.depth

    def point(self) -> dict[int, Any]:
        """A point of the cell of this path."""
        point: dict[int, Any] = self.sample if self.general else self.bounds.point()
        return point

    def _push(self, row: Row | None, bounds: Any, sample: Any, general: int) -> None:
        """Leave the other side of a fork for later."""
        rows = self.rows[:] if row is None else [*self.rows, row]
        self.depth += 1
        state = (bounds, rows, sample, self.count, general, tuple(self.results))
        self.waiting.append(([*self.answers, False], self.depth, *state))

    # ------------------------------------------------------------------------- comparisons

    def less(self, one: Form, other: Any, swapped: bool = False) -> bool:
        """Whether ``one < other``, or ``other < one`` if swapped."""
        self.place += 1
        if self.place <= self.known:
            return bool(self.answers[self.place - 1])
        gap = other - one if swapped else one - other
        if type(gap) is not Form:
            holds = bool(gap < 0)
        else:
            holds = self._decide(normal(gap))
        return self._answered(holds)

    def _answered(self, holds: bool) -> bool:
        self.answers.append(holds)
        self.known += 1
        if self.place == len(self.script):  # here begins what is looked at
            self.tokens.clear()
            self.table.clear()
            self.waiting.clear()
            self.recalled = len(self.results)
        return holds

    def _decide(self, form: tuple[Any, ...]) -> bool:
        difference = Bounds.difference(form)
        key = self.table.setdefault(form, len(self.table))
        if difference is not None:
            found = self.bounds.answer(*difference)
            if found is not None:
                self.decided[0] += 1
                self.tokens.append([key, found[0], [-1, *found[1]]])
                return bool(found[0])
        else:
            holds = self._by_intervals(form, key)
            if holds is not None:
                self.decided[1] += 1
                return holds
        if self.general or difference is None:
            return self._by_simplex(form, key, difference)
        return self._fork(form, key, difference, (None, None), 0)

    def _fork(
        self, form: tuple[Any, ...], key: int, difference: Any, sides: Sequence[Any], general: int
    ) -> bool:
        """Go where the form is below 0, and leave the other side for later."""
        self.tokens.append(key)
        row = len(self.rows)
        other = self.bounds.copy()
        if difference is not None:
            i, j, bound = difference
            other.add(j, i, -bound, False, row)
            self.bounds.add(i, j, bound, True, row)
        self._push((opposite(form), False), other, sides[1], general)
        self.general, self.sample = general, sides[0]
        self.rows.append((form, True))
        return self._first_side()

    def _first_side(self) -> bool:
        """Whether the first side of a fork is looked at first; the script may say otherwise."""
        if self.place > len(self.script) or self.script[self.place - 1]:
            return True
        _, _, self.bounds, self.rows, self.sample, _, self.general, _ = self.waiting.pop()
        return False

    def _by_intervals(self, form: tuple[Any, ...], key: int) -> bool | None:
        """Decide a form from the bounds of its coordinates, where these suffice."""
        top = self.bounds.largest(form)
        if top is not None and (top[0] < 0 or (top[0] == 0 and not top[1])):
            self.tokens.append([key, True, _sum(top[2])])
            return True
        low = self.bounds.largest(opposite(form))
        if low is not None and low[0] <= 0:
            self.tokens.append([key, False, _sum(low[2])])
            return False
        return None

    def _by_simplex(self, form: tuple[Any, ...], key: int, difference: Any) -> bool:
        """Look at both sides with all rows; the known point of the cell saves one of them."""
        below, above = (form, True), (opposite(form), False)
        sides: list[Any] = [None, None]
        if self.general:
            constant, *pairs = form
            value = constant + sum(c * self.sample[k] for k, c in pairs)
            sides[not value < 0] = self.sample
        for k, row in enumerate((below, above)):
            if sides[k] is None:
                self.decided[2] += 1
                sides[k], multiples = inside([*self.rows, row], self.count)
                if sides[k] is None:
                    # The other side is all of the cell.
                    last = len(self.rows)
                    size = multiples[last]
                    total = {-1 if r == last else r: m / size for r, m in multiples.items()}
                    self.tokens.append([key, bool(k), _sum(total, whole=True)])
                    return bool(k)
        return self._fork(form, key, difference, sides, self.general + (difference is None))

    def choose(self) -> bool:
        """Whether to look at this case now, or at the others."""
        self.place += 1
        if self.place <= self.known:
            return bool(self.answers[self.place - 1])
        self.tokens.append("|")
        self._push(None, self.bounds.copy(), self.sample, self.general)
        return self._answered(self._first_side())

    # ------------------------------------------------------------------------- domain

    def number(self, low: Any, high: Any) -> Form:
        """A fresh coordinate between its bounds."""
        self.made += 1
        fresh = Form(self, {self.made - 1: 1})
        if self.made > self.count:
            self.count += 1
            self.bounds.grow()
            if self.sample is not None:
                self.sample = {**self.sample, self.made - 1: _some(low, high)}
            for bound in (
                [] if low is None else [low - fresh],
                [] if high is None else [fresh - high],
            ):
                for form in bound:
                    self._add(form)
        return fresh

    def assume(self, form: Form) -> None:
        """A row of the domain: the form, a difference, is at most 0."""
        if self.place >= self.known and not self.known:
            self._add(form)

    def _add(self, form: Any) -> None:
        row = normal(form)
        found = Bounds.difference(row)
        assert found is not None
        self.bounds.add(*found, False, len(self.rows))
        self.rows.append((row, False))

    def recall(self, index: int) -> Any:
        """The outcome of a run that this path shares with an earlier one."""
        if index >= self.recalled:
            return None
        found, self.place = self.results[index]
        return found

    def remember(self, found: Any) -> None:
        """Keep the outcome of a run for the paths that branch off later."""
        self.results.append((found, self.place))

    def refuse(self, reason: str) -> None:
        """Remember that a rule did what is not linear, in case it hides it."""
        self.refused = reason


def _some(low: Any, high: Any) -> Any:
    if low is not None and high is not None:
        return Fraction(low + high) / 2
    return low + 1 if low is not None else 0 if high is None else high - 1


def _sum(multiples: dict[int, Any], *, whole: bool = False) -> list[Any]:
    """Multiples of rows as a proof writes them."""
    total = multiples if whole else {-1: 1, **multiples}
    return [row if many == 1 else [row, str(many)] for row, many in total.items()]
