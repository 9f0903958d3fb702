"""What a costly function answered, kept so that it is never asked the same again."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.documents import checked_line, line_of
from mechdesign.model import Number, as_number

if TYPE_CHECKING:
    from pathlib import Path

_VERSION = 1
Worth = Callable[[frozenset[Any]], Any]
#: Positions of the members, and the number of the replicate.
Question = tuple[tuple[int, ...], int]


class Answers:
    """A function of coalitions behind a cache, and a journal on disk where one is named.

    Parameters
    ----------
    players : tuple of labels
        The players.
    value : callable
        Takes a frozenset of labels.
    journal : path, optional
        A file of JSON lines with checksums: one for the players, then one for each answer, written
        and synced before the next question.
    """

    def __init__(self, players: tuple[Hashable, ...], value: Worth, journal: str | None) -> None:
        self.players, self.value = players, value
        self.known: dict[Question, Number] = {}
        #: Answers that an earlier run had.
        self.found = 0
        self._file: Any = None
        if journal is not None:
            from pathlib import Path

            self._open(Path(journal))

    def _open(self, path: Path) -> None:
        head = {"attribution": _VERSION, "players": [repr(p) for p in self.players]}
        lines = path.read_bytes().split(b"\n") if path.exists() else []
        whole, kept = lines[:-1], 0
        for k, line in enumerate(whole):
            try:
                entry = checked_line(line, k + 1, path.name)
            except InvalidInputError as error:
                raise InvalidInputError("journal", error.constraint, path.name) from None
            if k == 0 and entry != head:
                raise InvalidInputError("journal", "be about these players", path.name)
            if k:
                self._enter(entry, path, k)
            kept += len(line) + 1
        self.found = len(self.known)
        self._file = path.open("ab")
        # A line that a killed run did not finish is no answer.
        self._file.truncate(kept)
        if not whole:
            self._write(head)

    def _enter(self, entry: Any, path: Path, line: int) -> None:
        place = f"line {line + 1} of {path.name}"
        try:
            members = tuple(int(i) for i in entry["coalition"])
            worth: Number = Fraction(entry["exact"]) if "exact" in entry else float(entry["float"])
            question = members, int(entry["replicate"])
        except (KeyError, TypeError, ValueError):
            raise InvalidInputError("journal", "hold answers", place) from None
        if any(not 0 <= i < len(self.players) for i in members) or not math.isfinite(worth):
            raise InvalidInputError("journal", "hold answers", place)
        self.known[question] = worth

    def _write(self, entry: dict[str, Any]) -> None:
        self._file.write(line_of(entry))
        self._file.flush()
        os.fsync(self._file.fileno())

    def ask(self, members: Sequence[int], replicate: int = 0) -> Number:
        """The worth of a coalition, asked for once for each replicate.

        Raises
        ------
        InvalidInputError
            If the function raises, or answers with anything but a finite number; answers so far
            stay in the journal.
        """
        question = tuple(sorted(members)), replicate
        if question not in self.known:
            coalition = frozenset(self.players[i] for i in question[0])
            told = sorted(map(str, coalition))
            try:
                answer = self.value(coalition)
            except Exception as error:  # whatever the user's function raises
                text = f"answer for {told}, and not raise"
                raise InvalidInputError("value", text, repr(error)) from error
            worth = as_number(answer, f"value({told})")
            if self._file is not None:
                members_listed = list(question[0])
                number = {"float": worth} if isinstance(worth, float) else {"exact": str(worth)}
                self._write({"coalition": members_listed, "replicate": replicate, **number})
            self.known[question] = worth
        return self.known[question]

    def close(self) -> None:
        """Close the journal."""
        if self._file is not None:
            self._file.close()
