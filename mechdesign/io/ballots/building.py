"""What the readers of ballots share: text with its lines, and marks checked as they come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from os import PathLike
from typing import Any, Literal, NoReturn, get_args

from mechdesign.errors import InvalidInputError
from mechdesign.io.files import as_path, decode, read_bytes
from mechdesign.io.preflib import Ballots, CountedOvervote

#: Two marks at one rank: the two are tied, the ballot ends there, the rank is passed over, the
#: ballot counts for nobody while several of them stand, each has a whole vote, or it is refused.
Overvote = Literal["tie", "exhaust", "skip", "exhaust_if_several_continue", "approval", "refuse"]
#: Ranks without a mark: later ranks move up, the ballot ends there, or it ends where more than so
#: many in a row have none.
Skipped = Literal["close_up", "exhaust"] | int | str
#: A candidate at two ranks: the first mark counts, or the ballot ends at the second.
Duplicate = Literal["first", "exhaust"]
#: Written-in candidates stand each alone, or are one candidate together.
WriteIn = Literal["each", "pool"]
#: What decides how marks are read, as readers call it.
POLICIES = ("overvote", "skipped", "duplicate", "write_in")
_TOUCHED = ("several", "unnamed", "skipped", "twice", "emptied", "blank")
_WRITE_IN = re.compile(r"(?:undeclared\s*)?write[-\s]?in", re.IGNORECASE)


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


def alike(names: Iterable[str]) -> list[str]:
    """What is said of names that differ in capitals or blanks only.

    Examples
    --------
    >>> alike(["Ann", "Bob", "ann "])
    ['different candidates, though their names are alike: Ann, ann ']
    """
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(" ".join(name.casefold().split()), []).append(name)
    return [
        f"different candidates, though their names are alike: {', '.join(same)}"
        for same in found.values()
        if len(same) > 1
    ]


def written_in(name: str) -> bool:
    """Whether a candidate's name says that voters wrote it in."""
    return bool(_WRITE_IN.match(name))


class Builder:
    """Ballots as they are read: rows of ranks, each rank holding the candidates marked there.

    Parameters
    ----------
    source : str
        The name of the file, for messages.
    names : sequence of str
        The candidates that are known before the ballots; others are added when they are met.
    approvals : bool
        Whether a ballot is a set of candidates, so that several at one rank are no overvote.
    overvote, skipped, duplicate, write_in : str
        The policies.
    """

    def __init__(
        self,
        source: str,
        names: Iterable[str] = (),
        *,
        approvals: bool = False,
        overvote: Overvote = "tie",
        skipped: Skipped = "close_up",
        duplicate: Duplicate = "first",
        write_in: WriteIn = "each",
    ) -> None:
        for word, value, allowed in (
            ("overvote", overvote, get_args(Overvote)),
            ("duplicate", duplicate, get_args(Duplicate)),
            ("write_in", write_in, get_args(WriteIn)),
        ):
            if value not in allowed:
                raise InvalidInputError(word, f"be one of {', '.join(allowed)}", value)
        if approvals and overvote != "tie":
            raise InvalidInputError("overvote", "be left out for approvals", overvote, owner=source)
        self.approvals = approvals
        self.source = source
        self.overvote, self.most_skipped = overvote, _most_skipped(skipped)
        self.duplicate, self.write_in = duplicate, write_in
        self.number: dict[str, int] = {}
        for name in names:
            self._number_of(name)
        self.orders: list[tuple[int | Fraction, tuple[tuple[int, ...], ...]]] = []
        #: How many ballots each decision touched.
        self._touched = dict.fromkeys(_TOUCHED, Fraction(0))
        self._blank = Fraction(0)
        self._withdrawn: set[int] = set()

    def stand(self, name: str) -> None:
        """Make somebody a candidate who is on no ballot so far."""
        self._number_of(name)

    def _number_of(self, name: str) -> int:
        if self.write_in == "pool" and written_in(name):
            name = "Write-in"
        return self.number.setdefault(name, len(self.number) + 1)

    def withdraw(self, name: str) -> None:
        """Take a candidate off every ballot."""
        self._withdrawn.add(self._number_of(name))

    def add(
        self, weight: int | Fraction, ranks: Sequence[Sequence[str] | None], where: str
    ) -> None:
        """Add a ballot.

        Parameters
        ----------
        weight : int or Fraction
            How often it was cast.
        ranks : sequence of sequences of str
            The candidates marked at each rank; empty for a rank that was skipped, None for one at
            which several were marked and the file does not say who.
        where : str
            Its line, for messages.
        """
        if not self._withdrawn and all(rank is not None and len(rank) == 1 for rank in ranks):
            # Most ballots leave nothing to decide.
            plain = [self._number_of(rank[0]) for rank in ranks if rank]
            if plain and len(set(plain)) == len(plain):
                self.orders.append((weight, tuple((k,) for k in plain)))
                return
        # Who stands does not depend on the policies, so that all marks are looked at first.
        marks = [None if r is None else [self._number_of(name) for name in r] for r in ranks]
        while marks and marks[-1] == []:
            marks.pop()
        tiers: list[tuple[int, ...]] = []
        seen: set[int] = set()
        touched: set[str] = set()
        gap = 0
        for marked in marks:
            if marked == []:
                gap += 1
                touched.add("skipped")
                if gap > self.most_skipped:
                    break
                continue
            gap = 0
            new = [k for k in dict.fromkeys(marked or ()) if k not in seen]
            if len(new) < len(marked or ()):
                touched.add("twice")
                if self.duplicate == "exhaust":
                    break
            if marked is None or (len(set(marked)) > 1 and not self.approvals):
                touched.add("unnamed" if marked is None else "several")
                if self.overvote == "refuse":
                    constraint = "mark one candidate at each rank (--overvote decides)"
                    shown = "overvote" if marked is None else self._named(marked)
                    raise InvalidInputError(where, constraint, shown, owner=self.source)
                if self.overvote == "exhaust" or (marked is None and self._ends):
                    break
                if marked is None or self.overvote == "skip":
                    continue
            seen.update(new)
            standing = tuple(k for k in new if k not in self._withdrawn)
            if standing:
                tiers.append(standing)
        if not tiers:
            touched.add("emptied" if marks else "blank")
        for word in touched:
            self._touched[word] += weight
        self.orders.append((weight, tuple(tiers)))

    @property
    def _ends(self) -> bool:
        """Whether a ballot ends at an overvote of which the file does not say who is marked."""
        return self.overvote in ("exhaust", "exhaust_if_several_continue")

    def ballots(
        self,
        what: str,
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
        title, metadata, told
            Of the file; `told` are further decisions.
        """
        gone = sorted(self._withdrawn)
        left = [name for name, k in self.number.items() if k not in self._withdrawn]
        if not left or not self.orders:
            missing = "ballot" if left else "candidate that stands"
            raise InvalidInputError("path", f"hold a {missing}", ", ".join(left[:8]) or self.source)
        place = {self.number[name]: k for k, name in enumerate(left, 1)}
        orders = tuple((n, tuple(tuple(place[k] for k in t) for t in o)) for n, o in self.orders)
        notes = [*told]
        if gone:
            notes.append(f"withdrawn and taken off every ballot: {self._named(gone)}")
        notes += [*alike(left), *self._say()]
        ballots = Ballots(tuple(left), orders, title, tuple(metadata), overvote=self._counted())
        taken = f"read as {what}: {ballots.voters} ballots, {len(left)} candidates"
        return replace(ballots, decisions=(taken, *notes))

    def _counted(self) -> CountedOvervote:
        """What is left to the count."""
        if self.overvote == "exhaust_if_several_continue" or self.overvote == "approval":
            return self.overvote
        return "tie"

    def _named(self, numbers: list[int]) -> str:
        return ", ".join(name for name, k in self.number.items() if k in numbers)

    def _say(self) -> list[str]:
        """What was decided, and how many ballots it touched."""
        most = self.most_skipped
        several = {
            "tie": "the candidates at one rank are tied",
            "exhaust": "the ballot ends there",
            "skip": "the rank is passed over",
            "exhaust_if_several_continue": "tied, and nobody's in `irv` while several stand",
            "approval": "tied, and a whole vote for each of them in `irv`",
        }
        notes = {
            "several": f"several marks at a rank: {several.get(self.overvote)}"
            " (--overvote decides)",
            "unnamed": "an overvote whose marks the file does not name: "
            + f"{several['exhaust' if self._ends else 'skip']} (--overvote decides)",
            "skipped": "skipped ranks: "
            + ("later ranks move up" if most == float("inf") else "the ballot ends ")
            + ("" if most == float("inf") else f"at {most + 1} in a row" if most else "there")
            + " (--skipped decides)",
            "twice": "a candidate marked twice: "
            + ("the first mark counts" if self.duplicate == "first" else several["exhaust"])
            + " (--duplicate decides)",
            "emptied": "no mark left after these decisions, which rank nobody",
        }
        said = []
        if self.write_in == "pool" and "Write-in" in self.number:
            said.append("write-ins are one candidate, as asked")
        for word, note in notes.items():
            count = self._touched[word]
            if count:
                said.append(f"{count} ballot{'' if count == 1 else 's'} with {note}")
        if self._touched["blank"]:
            said.append(f"{self._touched['blank']} blank ballots, which rank nobody")
        return said


def ranks_by_place(places: Iterable[tuple[str, int]]) -> list[list[str]]:
    """The ranks of candidates with their places; those that a tie takes up are not skipped ones."""
    ranks: list[list[str]] = []
    for name, place in places:
        ranks += [[] for _ in range(place - len(ranks))]
        ranks[place - 1].append(name)
    kept: list[list[str]] = []
    owed = 0
    for rank in ranks:
        if not rank and owed:
            # After 1, 1 comes 3.
            owed -= 1
            continue
        kept.append(rank)
        owed = max(len(rank) - 1, 0)
    return kept


def cast_again(ballots: Ballots, source: str, **policies: Any) -> Ballots:
    """Ballots that were read already, with policies for their marks.

    Parameters
    ----------
    ballots : Ballots
        As the file has them.
    source : str
        Its name, for messages.
    **policies
        As in :func:`mechdesign.io.ballots.blt.parse_blt`.
    """
    names = list(ballots.names)
    if len(set(names)) != len(names):
        names = [f"{k} {name}" for k, name in enumerate(names, 1)]
    builder = Builder(source, names, **policies)
    for k, (count, order) in enumerate(ballots.orders, 1):
        builder.add(count, [[names[j - 1] for j in tier] for tier in order], f"order {k}")
    found = builder.ballots("", title=ballots.title, metadata=ballots.metadata)
    return replace(found, decisions=(*ballots.decisions, *found.decisions[1:]))


def _most_skipped(skipped: Skipped) -> float:
    """How many ranks in a row may have no mark."""
    if skipped in ("close_up", "exhaust"):
        return float("inf") if skipped == "close_up" else 0
    if isinstance(skipped, bool) or not re.fullmatch(r"\d{1,4}", str(skipped)):
        raise InvalidInputError("skipped", "be close_up, exhaust or a number of ranks", skipped)
    return int(skipped)
