"""Printed counterexamples: what they say, read back from their text alone."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from .lines import Line
from .menus import Extra, Menu
from .positions import Position
from .vertices import Online
from .world import Case, Result, World


def split(text: str, mark: str = ", ") -> list[str]:
    """The parts between marks that are outside of all brackets."""
    depth, parts, start, k = 0, [], 0, 0
    while k < len(text):
        depth += (text[k] in "([{") - (text[k] in ")]}")
        if depth == 0 and text.startswith(mark, k):
            parts.append(text[start:k])
            k += len(mark)
            start = k
            continue
        k += 1
    return [*parts, text[start:]]


def name(text: str) -> Any:
    """What an agent is called: a number, or a copy of one."""
    if text.startswith("("):
        return tuple(name(part) for part in split(text[1:-1]))
    return int(text) if text.isdigit() else text.strip("'")


def pairs(text: str) -> list[tuple[Any, str]]:
    """``agent: something`` again and again; what has no agent belongs to the one before."""
    found: list[list[str]] = []
    for part in split(text) if text else []:
        head = split(part, ": ")
        if len(head) > 1:
            found.append([head[0], ": ".join(head[1:])])
        else:
            found[-1][1] += ", " + part
    return [(name(agent), rest) for agent, rest in found]


def numbers(text: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(part) for part in split(text.strip("()").rstrip(",")) if part)


def ranking(text: str) -> Any:
    return tuple(tuple(sorted(tier.split(" = "))) for tier in text.split(" > "))


class Printed:
    """A counterexample as its text tells it."""

    def __init__(self, text: str, world: World) -> None:
        self.world, self.text = world, text
        self.lines = [
            (line[2:10].strip(), line[10:]) for line in text.splitlines() if line.startswith("  ")
        ]
        self.lift = next((r.split()[-1] for k, r in self.lines if k == "compared"), "")
        self.axiom = text.splitlines()[0].split()[-1]
        given = [rest for label, rest in self.lines if label == "given"]
        problems = [rest for label, rest in self.lines if label in ("profile", "another")]
        chosen = [rest for label, rest in self.lines if label == "chosen"]
        cases = [self._case(p, given[min(k, len(given) - 1)]) for k, p in enumerate(problems)]
        results = [self._result(one) for one in chosen]
        self.case, self.chosen = cases[0], results[0]
        self.other, self.there = (cases[1], results[1]) if len(cases) > 1 else (None, None)
        self.agents = [name(a) for one in self._all("agents") for a in split(one)]
        instead = self._all("instead")
        self.alternative = self._result(instead[0], single=True) if instead else None
        self.gap = Fraction(self._all("gap")[0])
        self.told = next(line.strip() for line in reversed(text.splitlines())
                         if not line.startswith("  compared"))  # fmt: skip

    def _all(self, label: str) -> list[str]:
        return [rest for one, rest in self.lines if one == label]

    # ------------------------------------------------------------------------- problems

    def _case(self, text: str, given: str) -> Case:
        reports, *more = text.split("; ")
        rows = pairs(reports)
        agents = tuple(agent for agent, _ in rows)
        extra: Any = None
        if isinstance(self.world, Menu):
            fields = dict(part.split(" ", 1) for part in given.split("; "))
            said = dict(part.split(" ", 1) for part in more)
            levels = numbers(said.get("reserve", ""))
            extra = Extra(
                tuple(split(fields["packages"].strip("()").rstrip(","))),
                numbers(fields["costs"]),
                Fraction(said["budget"]) if "budget" in said else None,
                tuple((a, d) for a, d in zip(agents, levels, strict=False) if d),
            )
        elif not isinstance(self.world, (Line, Position, Online)):
            fields = dict(part.split(" ", 1) for part in given.split("; "))
            extra = tuple(split(fields["alternatives"].strip("()").rstrip(",")))
        return Case(agents, tuple(self._report(rest) for _, rest in rows), extra)

    def _report(self, text: str) -> Any:
        if isinstance(self.world, Line):
            return Fraction(text.removeprefix("location "))
        if isinstance(self.world, Position):
            return Fraction(text)
        if isinstance(self.world, Online):
            assert text.endswith(f"edges {{0: {self.world.p}, 1: {self.world.p}}}")
            return Fraction(text.removeprefix("weight ").split(",")[0])
        return numbers(text) if isinstance(self.world, Menu) else ranking(text)

    # ------------------------------------------------------------------------- results

    def _result(self, text: str, *, single: bool = False) -> Result:
        text = re.sub(r" \((reserve|budget|weights)[^)]*\)$", "", text)
        if text.startswith("the lottery "):
            parts: list[str] = []
            for part in split(text.removeprefix("the lottery ")):
                if re.match(r"\S+ of ", part):
                    parts.append(part)
                else:
                    parts[-1] += ", " + part
            split_up = [part.split(" of ", 1) for part in parts]
            return Result("lottery", tuple((Fraction(p), self._outcome(o)) for p, o in split_up))
        if self.lift in ("optimist", "pessimist") and not single:
            listed = [self._outcome(one) for one in split(text[1:-1])]
            return Result("set", tuple((Fraction(1, len(listed)), one) for one in listed))
        return Result("one", ((1, self._outcome(text)),))

    def _outcome(self, text: str) -> Any:
        text = re.sub(r" \(costs [^)]*\)$", "", text)
        if isinstance(self.world, Line):
            return Fraction(text)
        if isinstance(self.world, Position):
            found = re.fullmatch(r"\{(.*?)\}(?: \(payments (.*)\))?", text)
            assert found
            placed = tuple((a, int(slot)) for a, slot in pairs(found[1]))
            return placed, tuple((a, Fraction(pay)) for a, pay in pairs(found[2] or ""))
        if isinstance(self.world, Online):
            listed = [one.split("-") for one in split(text[1:-1]) if one]
            return tuple((int(a), int(t)) for a, t in listed)
        return text if isinstance(self.world, Menu) else ranking(text)
