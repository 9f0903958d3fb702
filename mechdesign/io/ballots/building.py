"""What the readers of ballots share: text with its lines, and marks checked as they come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from os import PathLike
from typing import Literal, NoReturn

from mechdesign.errors import InvalidInputError
from mechdesign.io.files import as_path, decode, read_bytes
from mechdesign.io.preflib import Ballots

#: Two marks at one rank: the ballot ends there, the rank is passed over, or the two are tied.
Overvote = Literal["exhaust", "skip", "tie"]
#: Ranks without a mark: later ranks move up, the ballot ends there, or it ends where more than so
#: many in a row have none.
Skipped = Literal["close_up", "exhaust"] | int | str


def text_of(path: str | PathLike[str]) -> tuple[str, str, tuple[str, ...]]:
    """The text of a file, its name, and what was decided about its encoding."""
    file = as_path(path)
    text, told = decode(read_bytes(file), file.name)
    return text, file.name, told


def fail(constraint: str, value: object, number: int, source: str) -> NoReturn:
    """Refuse a line."""
    raise InvalidInputError(f"line {number}", constraint, value, owner=source)


def seats_note(seats: int) -> list[str]:
    """What is said of a file for several seats."""
    told = (
        f"the file is for {seats} seats: a rule that ranks does not fill seats, the ranking is "
        "of single candidates"
    )
    return [told] if seats != 1 else []


class Builder:
    """Ballots as they are read: rows of ranks, each rank holding the candidates marked there.

    Parameters
    ----------
    names : sequence of str
        The candidates that are known before the ballots; others are added when they are met.
    overvote, skipped : str
        The policies.
    """

    def __init__(
        self,
        names: Iterable[str] = (),
        *,
        overvote: Overvote = "tie",
        skipped: Skipped = "close_up",
    ) -> None:
        allowed = ("exhaust", "skip", "tie")
        if overvote not in allowed:
            raise InvalidInputError("overvote", f"be one of {', '.join(allowed)}", overvote)
        self.number = {name: k for k, name in enumerate(names, 1)}
        self.overvote, self.most_skipped = overvote, _most_skipped(skipped)
        self.orders: list[tuple[int | Fraction, tuple[tuple[int, ...], ...]]] = []
        self.told: list[str] = []
        self._overvoted = self._skips = self._twice = 0
        self._blank: int | Fraction = 0
        self._withdrawn: set[int] = set()

    def withdraw(self, name: str) -> None:
        """Take a candidate off every ballot."""
        self._withdrawn.add(self.number[name])

    def add(self, weight: int | Fraction, ranks: Sequence[Sequence[str] | None]) -> None:
        """Add a ballot.

        Parameters
        ----------
        weight : int or Fraction
            How often it was cast.
        ranks : sequence of sequences of str
            The candidates marked at each rank; empty for a rank that was skipped, None for one at
            which several were marked and the file does not say who.
        """
        tiers: list[tuple[int, ...]] = []
        seen: set[int] = set()
        last = max((k for k, rank in enumerate(ranks, 1) if rank is None or rank), default=0)
        gap = 0
        for rank in ranks[:last]:
            gap = gap + 1 if rank is not None and not rank else 0
            if rank is None or len(rank) > 1:
                self._overvoted += 1
                if rank is None or self.overvote != "tie":
                    if self.overvote == "exhaust":
                        break
                    continue
            if not rank:
                self._skips += 1
                if gap > self.most_skipped:
                    break
                continue
            marked = [self.number.setdefault(name, len(self.number) + 1) for name in rank]
            new = [k for k in dict.fromkeys(marked) if k not in seen]
            self._twice += len(new) < len(marked)
            seen.update(new)
            standing = tuple(k for k in new if k not in self._withdrawn)
            if standing:
                tiers.append(standing)
        self._blank += weight if not tiers else 0
        self.orders.append((weight, tuple(tiers)))

    def ballots(
        self,
        what: str,
        source: str,
        *,
        title: str = "",
        metadata: Iterable[tuple[str, str]] = (),
        told: Iterable[str] = (),
    ) -> Ballots:
        """What was read, and the decisions.

        Parameters
        ----------
        what : str
            What the file was taken for.
        source : str
            Its name, for messages.
        title, metadata, told
            Of the file; `told` are further decisions.
        """
        gone = sorted(self._withdrawn)
        left = [name for name, k in self.number.items() if k not in self._withdrawn]
        if not left or not self.orders:
            missing = "ballot" if left else "candidate that stands"
            raise InvalidInputError("path", f"hold a {missing}", ", ".join(left[:8]) or source)
        place = {self.number[name]: k for k, name in enumerate(left, 1)}
        orders = tuple((n, tuple(tuple(place[k] for k in t) for t in o)) for n, o in self.orders)
        notes = [*self.told, *told]
        for count, note in (
            (len(gone), f"withdrawn and taken off every ballot: {self._named(gone)}"),
            (self._overvoted, self._say_overvotes()),
            (
                self._skips,
                f"{self._skips} skipped ranks: {self._say_skipped()} (--skipped decides)",
            ),
            (
                self._twice,
                f"{self._twice} ballots name a candidate twice: the first mark counts",
            ),
            (self._blank, f"{self._blank} blank ballots, which rank nobody"),
        ):
            if count:
                notes.append(note)
        ballots = Ballots(tuple(left), orders, title, tuple(metadata))
        taken = f"read as {what}: {ballots.voters} ballots, {len(left)} candidates"
        return Ballots(tuple(left), orders, title, tuple(metadata), (taken, *notes))

    def _named(self, numbers: list[int]) -> str:
        return ", ".join(name for name, k in self.number.items() if k in numbers)

    def _say_skipped(self) -> str:
        most = self.most_skipped
        if most == float("inf"):
            return "later ranks move up"
        return f"the ballot ends at {most + 1} in a row" if most else "the ballot ends there"

    def _say_overvotes(self) -> str:
        how = {
            "tie": "the candidates at one rank are tied",
            "exhaust": "the ballot ends there",
            "skip": "the rank is passed over",
        }
        return f"{self._overvoted} ranks hold several marks: {how[self.overvote]}" + (
            " (--overvote decides)"
        )


def _most_skipped(skipped: Skipped) -> float:
    """How many ranks in a row may have no mark."""
    if skipped in ("close_up", "exhaust"):
        return float("inf") if skipped == "close_up" else 0
    if isinstance(skipped, bool) or not re.fullmatch(r"\d{1,4}", str(skipped)):
        raise InvalidInputError("skipped", "be close_up, exhaust or a number of ranks", skipped)
    return int(skipped)
