"""What a costly function answered, kept so that it is never asked the same again."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.io.documents import checked_line, line_of
from mechdesign.model import Number, as_number
from mechdesign.records import dataclass

if TYPE_CHECKING:
    from pathlib import Path

_VERSION = 1
Worth = Callable[[frozenset[Any]], Any]
#: Positions of the members, and the number of the replicate.
Question = tuple[tuple[int, ...], int]


@dataclass(frozen=True)
class Batched:
    """A function of many coalitions at once: see :func:`mechdesign.coalitional.by_matrix`.

    Parameters
    ----------
    function : callable
        Takes a boolean array of shape (coalitions, players), and returns as many numbers.
    batch : int
        How many coalitions at most.
    """

    function: Callable[[Any], Any]
    batch: int


class Answers:
    """A function of coalitions behind a cache, and a journal on disk where one is named.

    Parameters
    ----------
    players : tuple of labels
        The players.
    value : callable or Batched
        Takes a frozenset of labels, or many coalitions at once.
    journal : path, optional
        A file of JSON lines with checksums: one for the players, then one for each answer, written
        and synced before the next question, or batch of questions.
    """

    def __init__(
        self, players: tuple[Hashable, ...], value: Worth | Batched, journal: str | None
    ) -> None:
        self.players, self.value = players, value
        #: How many questions are worth asking together.
        self.batch = value.batch if isinstance(value, Batched) else 1
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
            self._write([head])

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

    def _write(self, entries: Sequence[dict[str, Any]]) -> None:
        self._file.write(b"".join(map(line_of, entries)))
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
        self.ask_all([question])
        return self.known[question]

    def ask_all(self, questions: Sequence[Question]) -> None:
        """Ask what is not known, in batches where the function takes them; errors as in `ask`."""
        fresh = [one for one in dict.fromkeys(questions) if one not in self.known]
        for start in range(0, len(fresh), self.batch):
            part = fresh[start : start + self.batch]
            if isinstance(self.value, Batched):
                worths = self._many(self.value, part)
            else:
                worths = [self._one(self.value, part[0])]
            if self._file is not None:
                self._write([self._entry(*pair) for pair in zip(part, worths, strict=True)])
            self.known.update(zip(part, worths, strict=True))

    def _one(self, value: Worth, question: Question) -> Number:
        coalition = frozenset(self.players[i] for i in question[0])
        told = sorted(map(str, coalition))
        try:
            answer = value(coalition)
        except Exception as error:  # whatever the user's function raises
            text = f"answer for {told}, and not raise"
            raise InvalidInputError("value", text, repr(error)) from error
        return as_number(answer, f"value({told})")

    def _many(self, value: Batched, part: Sequence[Question]) -> list[Number]:
        asked = np.zeros((len(part), len(self.players)), dtype=bool)
        for row, (members, _) in enumerate(part):
            asked[row, list(members)] = True
        try:
            answers = list(value.function(asked))
        except Exception as error:  # whatever the user's function raises
            text = f"answer for {len(part)} coalitions, and not raise"
            raise InvalidInputError("value", text, repr(error)) from error
        if len(answers) != len(part):
            raise InvalidInputError("value", f"return {len(part)} numbers", len(answers))
        return [
            as_number(answer, f"value({sorted(str(self.players[i]) for i in members)})")
            for answer, (members, _) in zip(answers, part, strict=True)
        ]

    @staticmethod
    def _entry(question: Question, worth: Number) -> dict[str, Any]:
        number = {"float": worth} if isinstance(worth, float) else {"exact": str(worth)}
        return {"coalition": list(question[0]), "replicate": question[1], **number}

    def close(self) -> None:
        """Close the journal."""
        if self._file is not None:
            self._file.close()
