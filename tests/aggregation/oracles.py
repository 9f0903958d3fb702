"""The 21 reference profiles with their expected results, parsed from ``oracle_profiles.txt``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from mechdesign.aggregation import Profile, Ranking


@dataclass(frozen=True)
class Oracle:
    name: str
    title: str
    profile: Profile
    text: str

    def part(self, key: str) -> str:
        """What follows `key` up to the next semicolon."""
        for piece in self.text.rstrip(".").split("; "):
            if piece == key or piece.startswith(key + " "):
                return piece[len(key) :].strip()
        raise KeyError(key)

    def letters(self, key: str) -> set[str]:
        """A set of winners such as ``AC``; ``none`` is empty."""
        word = self.part(key).split(" ")[0]
        return set() if word == "none" else set(word)

    def numbers(self, key: str) -> dict[str, Fraction]:
        """The scores in parentheses: ``(A11/6,B-1)``."""
        inside = re.search(r"\(([^)]*)\)", self.part(key)).group(1)
        return {entry[0]: Fraction(entry[1:]) for entry in inside.split(",")}

    def orders(self, key: str) -> set[str]:
        """The orders in braces."""
        inside = re.search(r"\{([^}]*)\}", self.part(key)).group(1)
        return {order.strip() for order in inside.split(",")}

    def ranking(self, key: str) -> Ranking:
        """The weak order at the beginning of an entry, as in ``A>B=C (...)``."""
        return Ranking.parse(self.part(key).split(" ")[0])


def parse_profile(text: str) -> Profile:
    """``3:ABC;2:B=C>A`` as a profile."""
    weights = []
    rankings = []
    for entry in text.split(";"):
        count, order = entry.split(":")
        tiers = [t.split("=") for t in order.split(">")] if ">" in order else list(order)
        rankings.append(Ranking([list(t) for t in tiers]))
        weights.append(int(count))
    return Profile.from_rankings(rankings, weights)


def load() -> list[Oracle]:
    lines = (Path(__file__).parent / "oracle_profiles.txt").read_text("utf-8").splitlines()
    found = []
    for head, text in zip(lines[::2], lines[1::2], strict=True):
        name, title, profile = (part.strip() for part in head.split(" | "))
        found.append(Oracle(name, title, parse_profile(profile), text))
    return found


ORACLES = load()
