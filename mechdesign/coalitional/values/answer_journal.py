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
from mechdesign.model import Number, as_number, as_numbers
from mechdesign.records import dataclass

if TYPE_CHECKING:
    from pathlib import Path

_VERSION = 1
Worth = Callable[[frozenset[Any]], Any]
#: A number, or one for each output.
Answer = Number | tuple[Number, ...]
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
    several : bool
        Whether an answer is a sequence of numbers, always as many.
    """

    def __init__(
        self,
        players: tuple[Hashable, ...],
        value: Worth | Batched,
        journal: str | None,
        *,
        several: bool = False,
    ) -> None:
        self.players, self.value, self.several = players, value, several
        #: How many numbers an answer has, where it has several; 0 until one is known.
        self.outputs = 0
        #: How many questions are worth asking together.
        self.batch = value.batch if isinstance(value, Batched) else 1
        self.known: dict[Question, Answer] = {}
        #: Answers that an earlier run had.
        self.found = 0
        self._file: Any = None
        if journal is not None:
            from pathlib import Path

            self._open(Path(journal))

    def _open(self, path: Path) -> None:
        if path.is_dir() or not path.parent.is_dir():
            raise InvalidInputError("journal", "be a file in a folder that is there", str(path))
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
            listed = [_number(one) for one in (entry["outputs"] if self.several else [entry])]
            question = members, int(entry["replicate"])
        except (KeyError, TypeError, ValueError):
            raise InvalidInputError("journal", "hold answers", place) from None
        if any(not 0 <= i < len(self.players) for i in members) or not all(
            map(math.isfinite, listed)
        ):
            raise InvalidInputError("journal", "hold answers", place)
        self.known[question] = self._counted(listed) if self.several else listed[0]

    def _write(self, entries: Sequence[dict[str, Any]]) -> None:
        self._file.write(b"".join(map(line_of, entries)))
        self._file.flush()
        os.fsync(self._file.fileno())

    def ask(self, members: Sequence[int], replicate: int = 0) -> Answer:
        """The worth of a coalition, asked for once for each replicate.

        Raises
        ------
        InvalidInputError
            If the function raises, or answers with anything but finite numbers, as many as were
            asked for; answers so far stay in the journal.
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

    def _one(self, value: Worth, question: Question) -> Answer:
        coalition = frozenset(self.players[i] for i in question[0])
        told = sorted(map(str, coalition))
        try:
            answer = value(coalition)
        except Exception as error:  # whatever the user's function raises
            text = f"answer for {told}, and not raise"
            raise InvalidInputError("value", text, repr(error)) from error
        return self._read(answer, f"value({told})")

    def _read(self, answer: object, name: str) -> Answer:
        """An answer of the function, checked."""
        if not self.several:
            return as_number(answer, name)
        return self._counted(as_numbers(answer, name))

    def _counted(self, numbers: Sequence[Number]) -> tuple[Number, ...]:
        self.outputs = self.outputs or len(numbers)
        if not numbers or len(numbers) != self.outputs:
            told = f"return {self.outputs or 'some'} numbers, as before"
            raise InvalidInputError("value", told, list(numbers))
        return tuple(numbers)

    def _many(self, value: Batched, part: Sequence[Question]) -> list[Answer]:
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
            self._read(answer, f"value({sorted(str(self.players[i]) for i in members)})")
            for answer, (members, _) in zip(answers, part, strict=True)
        ]

    @staticmethod
    def _entry(question: Question, answer: Answer) -> dict[str, Any]:
        asked = {"coalition": list(question[0]), "replicate": question[1]}
        if isinstance(answer, tuple):
            return {**asked, "outputs": list(map(_written, answer))}
        return {**asked, **_written(answer)}

    def close(self) -> None:
        """Close the journal."""
        if self._file is not None:
            self._file.close()


def _written(worth: Number) -> dict[str, Any]:
    return {"float": worth} if isinstance(worth, float) else {"exact": str(worth)}


def _number(entry: dict[str, Any]) -> Number:
    return Fraction(entry["exact"]) if "exact" in entry else float(entry["float"])
