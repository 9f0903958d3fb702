"""A rule that is written down problem by problem."""

from __future__ import annotations

from collections.abc import Mapping

from mechdesign.errors import InvalidInputError
from mechdesign.model import FrozenMap, Mechanism, Outcome, Problem, Seed, Setting, serializable
from mechdesign.model.serialize import Document
from mechdesign.records import dataclass

__all__ = ["TableRule"]


@serializable("axioms.TableRule")
@dataclass(frozen=True, eq=False, repr=False)
class TableRule(Document, Mechanism[Outcome]):
    """A mechanism given as a table of finitely many problems; it refuses all others.

    Parameters
    ----------
    setting : Setting
        Where it works.
    choices : mapping of Problem to Outcome
        What it chooses where.
    """

    setting: Setting
    choices: Mapping[Problem, Outcome]

    id = "axioms.table_rule"

    def __post_init__(self) -> None:
        object.__setattr__(self, "choices", FrozenMap(self.choices))

    def solve(self, problem: Problem, *, rng: Seed = None) -> Outcome:
        found = self.choices.get(problem)
        if found is None:
            raise InvalidInputError(
                "problem", "be one at which the rule is known", problem.types, owner=self.id
            )
        return found

    def __len__(self) -> int:
        """The number of problems at which the rule is known."""
        return len(self.choices)

    def __str__(self) -> str:
        lines = []
        for problem, outcome in self.choices.items():
            reports = ", ".join(self.setting.say_report(own) for own in problem.types)
            lines.append(f"({reports}): {self.setting.say_choice(problem, outcome)}")
        return "\n".join(lines)
