"""Whether a proof on the continuum stands: the mechanism runs again along every path of its tree.

The kernel searches nothing and solves nothing.  A tree is a list of tokens:

* a number k: the sign of form k decides; what follows ``form < 0`` comes first, then the rest;
* ``[k, answer, sum]``: the other answer contradicts the rows of this path: nonnegative multiples of
  rows, row -1 for the answer itself, add up to ``0 < 0`` or worse;
* ``"|"``: cases that stand alone, this one and then the others;
* ``["at", ...]``: the path ends with the property fulfilled, and a point of its cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from mechdesign.axioms.continuum.forms import Form, normal, opposite
from mechdesign.axioms.question.purity import NotLinear

_NUMBER = re.compile(r"-?\d+(/[1-9]\d*)?")


class Broken(Exception):  # noqa: N818 - the proof does not stand, for this reason
    """The proof does not stand."""


def must(holds: object, reason: str) -> None:
    """Refuse the proof unless something holds."""
    if not holds:
        raise Broken(reason)


def exactly(written: Any) -> Fraction:
    """An integer, or the text of a fraction; nothing else counts as a number of a proof."""
    text = str(written) if type(written) is int else written
    must(isinstance(text, str) and _NUMBER.fullmatch(text), "a number is not written exactly")
    return Fraction(text)


class Kernel:
    """Answers the comparisons of a run from the table of forms and the tree of a proof."""

    def __init__(self, forms: list[Any], tokens: list[Any]) -> None:
        self.forms = [(exactly(c), *((k, exactly(v)) for k, v in pairs)) for c, *pairs in forms]
        self.tokens = iter(tokens)
        self.waiting: list[list[Any]] = [[]]
        self.context: Any = None
        self.refused = ""
        self.recall: Callable[[Any], Any] = lambda _: None  # the mechanism runs on every path
        self.remember = self.recall

    def check(self, program: Callable[[Kernel], Any], ended: Callable[..., None]) -> int:
        """Run a program along every path, and call `ended` at the end of each; how many there are.

        Raises
        ------
        Broken
            With what does not stand.
        """
        paths = 0
        while self.waiting:
            self.script, self.place, self.count = self.waiting.pop(), 0, 0
            self.rows: list[tuple[tuple[Any, ...], bool]] = []  # a form, and whether it is below 0
            try:
                must(program(self) is None, "the axiom is violated on a path")
            except NotLinear as reason:
                raise Broken(str(reason)) from None
            must(not self.refused, self.refused)
            must(self.place >= len(self.script), "a path ends before its comparisons")
            ended(self.context, self._point(next(self.tokens, None)))
            paths += 1
        must(next(self.tokens, None) is None, "the tree goes on after its last path")
        return paths

    def _point(self, token: Any) -> dict[int, Fraction]:
        """The point of the cell of a path that ends."""
        must(isinstance(token, list) and token[:1] == ["at"], "a path ends, and the tree goes on")
        point = dict(enumerate(map(exactly, token[1:])))
        must(len(point) == self.count, "a point has other coordinates than its path")
        for (constant, *pairs), strict in self.rows:
            total = constant + sum(value * point[key] for key, value in pairs)
            must(total < 0 or (total == 0 and not strict), "a point is outside of its cell")
        return point

    def _next(self) -> tuple[Any, Any]:
        """The next token, and the answer to it where this path was here before."""
        self.place += 1
        if self.place <= len(self.script):
            return self.script[self.place - 1]  # type: ignore[no-any-return]
        return next(self.tokens, None), None

    def _fork(self, token: Any, answer: Any) -> bool:
        if answer is None:
            self.waiting.append([*self.script, (token, False)])
            self.script.append((token, True))
        return answer is not False

    def less(self, one: Form, other: Any, swapped: bool = False) -> bool:
        """The answer of the tree to a comparison, once it is known to be about it."""
        gap = other - one if swapped else one - other
        if type(gap) is not Form:
            return bool(gap < 0)
        token, answer = self._next()
        form = normal(gap)
        implied = isinstance(token, list) and len(token) == 3 and isinstance(token[1], bool)
        key = token[0] if implied else token
        must(type(key) is int and 0 <= key < len(self.forms), "the tree compares nothing here")
        must(self.forms[key] == form, "a comparison is another than in the tree")
        below, above = (form, True), (opposite(form), False)
        if implied:
            if answer is None:
                self._contradicts(token[2], [*self.rows, above if token[1] else below])
                self.script.append((token, token[1]))
            return bool(token[1])
        holds = self._fork(token, answer)
        self.rows.append(below if holds else above)
        return holds

    def _contradicts(self, multiples: Any, rows: list[Any]) -> None:
        """Refuse a sum of rows, the last one called -1, that does not read 0 < 0 or worse."""
        total: dict[Any, Any] = {}
        strictly = False
        for entry in multiples:
            row, many = entry if isinstance(entry, list) else (entry, 1)
            many = exactly(many)
            known = type(row) is int and -1 <= row < len(rows) - 1
            must(known and many > 0, "a contradiction uses a row that is not there")
            (constant, *pairs), strict = rows[row]
            strictly = strictly or strict
            for key, value in [(None, constant), *pairs]:
                total[key] = total.get(key, 0) + many * value
        constant = total.pop(None, 0)
        beyond = constant > 0 or (constant == 0 and strictly)
        must(beyond and not any(total.values()), "a side is closed without a contradiction")

    def choose(self) -> bool:
        """Whether to look at this case now, or at the others."""
        token, answer = self._next()
        must(token == "|", "the tree has no cases here")
        return self._fork(token, answer)

    def assume(self, form: Form) -> None:
        """A row of the domain: the form is at most 0."""
        self.rows.append((normal(form), False))

    def number(self, low: Any, high: Any) -> Form:
        """A fresh coordinate between its bounds."""
        self.count += 1
        fresh = Form(self, {self.count - 1: 1})
        rows = [*([] if low is None else [low - fresh]), *([] if high is None else [fresh - high])]
        self.rows += [(normal(form), False) for form in rows]
        return fresh

    def refuse(self, reason: str) -> None:
        """Remember that a rule did what is not linear, in case it hides it."""
        self.refused = reason
