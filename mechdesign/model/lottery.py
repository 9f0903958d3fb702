"""The lottery: a finite distribution over outcomes, or the chances of agents for objects."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.model.frozen import FrozenMap, freeze
from mechdesign.model.numbers import Number, all_exact, as_number, show, tidy
from mechdesign.model.outcome import Outcome
from mechdesign.model.serialize import Document, serializable
from mechdesign.records import dataclass

if TYPE_CHECKING:
    from mechdesign.model.problem import AgentId, Problem

__all__ = ["GivesProspects", "Lottery", "RandomAssignment"]

FLOAT_TOLERANCE = 1e-9


@serializable("model.Lottery")
@dataclass(frozen=True)
class Lottery(Document):
    """A finite lottery: pairs of probability and outcome.

    Outcomes that are equal are merged, outcomes of probability 0 are dropped.  Exact probabilities
    must sum to exactly 1, floats to within 1e-9 (they are kept as given).

    Parameters
    ----------
    support : iterable of (probability, Outcome)
        At least one pair of positive probability.

    Raises
    ------
    InvalidInputError
        On a negative probability or a wrong sum.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> coin = Lottery([(half, Outcome(0)), (half, Outcome(1))])
    >>> coin.expect(lambda outcome: outcome.choice)
    Fraction(1, 2)
    """

    support: tuple[tuple[Number, Outcome], ...]

    def __init__(self, support: Iterable[tuple[Number, Outcome]]) -> None:
        pairs = []
        for k, (probability, outcome) in enumerate(support):
            p = as_number(probability, f"support[{k}]", low=0, owner="Lottery")
            if p > 0:
                pairs.append((p, outcome))
        pairs = _merged(pairs)
        total: Number = sum(p for p, _ in pairs)
        exact = all_exact(p for p, _ in pairs)
        if (exact and total != 1) or abs(float(total) - 1) > FLOAT_TOLERANCE:
            raise InvalidInputError(
                "support", "have probabilities that sum to 1", show(total), owner="Lottery"
            )
        object.__setattr__(self, "support", tuple(pairs))

    @classmethod
    def uniform(cls, outcomes: Iterable[Outcome]) -> Lottery:
        """Every outcome with the same probability, exactly."""
        listed = list(outcomes)
        if not listed:
            raise InvalidInputError("outcomes", "not be empty", listed, owner="Lottery.uniform")
        return cls((Fraction(1, len(listed)), outcome) for outcome in listed)

    def __iter__(self) -> Iterator[tuple[Number, Outcome]]:
        return iter(self.support)

    def __len__(self) -> int:
        """The number of outcomes with positive probability."""
        return len(self.support)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Lottery):
            return NotImplemented
        try:
            return dict(self._distribution()) == dict(other._distribution())
        except TypeError:  # symbolic numbers have no hash
            return not any(p for p, _ in _merged([*self, *((-p, one) for p, one in other)]))

    def __hash__(self) -> int:
        return hash(frozenset(self._distribution()))

    def _distribution(self) -> Iterator[tuple[Outcome, Number]]:
        return ((outcome, p) for p, outcome in self.support)

    @property
    def exact(self) -> bool:
        return all_exact(p for p, _ in self.support)

    def expect(self, value: Callable[[Outcome], Number]) -> Number:
        """The expectation of a function of the outcome, exact where both are."""
        total: Number = 0
        for p, outcome in self.support:
            total += p * value(outcome)
        return total

    @property
    def utilities(self) -> FrozenMap[AgentId, Number]:
        """The expected utility of every agent, taking the reports as the truth."""
        totals: dict[AgentId, Number] = {}
        for p, outcome in self.support:
            for agent, utility in outcome.utilities.items():
                totals[agent] = totals.get(agent, 0) + p * utility
        return FrozenMap(totals)

    def sample(self, rng: np.random.Generator | int | None = None, size: int | None = None) -> Any:
        """Draw one outcome, or a list of `size` outcomes.

        Parameters
        ----------
        rng : numpy.random.Generator or int, optional
            A generator or the seed of one.
        size : int, optional
            How many draws; by default a single outcome is returned.
        """
        generator = np.random.default_rng(rng)
        weights = np.array([float(p) for p, _ in self.support])
        picks = generator.choice(len(self.support), size=size, p=weights / weights.sum())
        if size is None:
            return self.support[int(picks)][1]
        return [self.support[int(k)][1] for k in picks]

    def __repr__(self) -> str:
        lines = [f"Lottery over {len(self)} outcomes"]
        lines += [f"  {show(p):<10} {show(outcome.choice)}" for p, outcome in self.support[:7]]
        if len(self) > 7:
            lines.append(f"  ... and {len(self) - 7} more")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        import html

        rows = "".join(
            f"<tr><td>{html.escape(show(p))}</td><td>{html.escape(show(outcome.choice))}</td></tr>"
            for p, outcome in self.support[:50]
        )
        return f"<table><tr><th>probability</th><th>choice</th></tr>{rows}</table>"


@runtime_checkable
class GivesProspects(Protocol):
    """A setting whose choices may be random by themselves, such as random assignments."""

    def prospect(
        self, problem: Problem, agent: AgentId, true_type: Any, outcome: Outcome
    ) -> Sequence[tuple[Number, Number]]:
        """Utilities that the agent may get, each with its probability."""
        ...


@serializable("model.RandomAssignment")
@dataclass(frozen=True)
class RandomAssignment:
    """The marginals of a lottery over assignments; many lotteries may have the same ones.

    Parameters
    ----------
    agents, objects : tuple of labels
        Whose rows and columns they are.
    rows : tuple of tuples of numbers
        The probability that each agent gets each object; what a row lacks to 1 is the probability
        of getting nothing.

    Raises
    ------
    InvalidInputError
        On a negative probability or a row that adds up to more than 1 (floats: by more than 1e-9).

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> one = RandomAssignment(("ann", "bob"), ("a", "b"), ((half, half), (half, 0)))
    >>> one.row("bob")
    {'a': Fraction(1, 2), 'b': 0}
    """

    agents: tuple[Hashable, ...]
    objects: tuple[Hashable, ...]
    rows: tuple[tuple[Number, ...], ...]

    def __post_init__(self) -> None:
        for name in ("agents", "objects", "rows"):
            object.__setattr__(self, name, freeze(getattr(self, name)))
        if len(self.rows) != len(self.agents):
            told = f"have a row for each of {len(self.agents)} agents"
            raise InvalidInputError("rows", told, len(self.rows), owner="RandomAssignment")
        for k, row in enumerate(self.rows):
            if len(row) != len(self.objects):
                told = f"have a number for each of {len(self.objects)} objects"
                raise InvalidInputError(f"rows[{k}]", told, row, owner="RandomAssignment")
            checked = [as_number(p, f"rows[{k}]", low=0, owner="RandomAssignment") for p in row]
            total: Number = sum(p for p in checked if p)
            if total > (1 if all_exact(checked) else 1 + FLOAT_TOLERANCE):
                told = "add up to at most 1"
                raise InvalidInputError(f"rows[{k}]", told, show(total), owner="RandomAssignment")

    @classmethod
    def of(
        cls,
        agents: Iterable[Hashable],
        objects: Iterable[Hashable],
        rows: Iterable[Sequence[Number]],
    ) -> RandomAssignment:
        """The same from any sequences, whole fractions as integers."""
        return cls(tuple(agents), tuple(objects), tuple(tuple(map(tidy, row)) for row in rows))

    @property
    def exact(self) -> bool:
        """Whether every probability is exact."""
        return all(all_exact(row) for row in self.rows)

    def row(self, agent: Hashable) -> FrozenMap[Hashable, Number]:
        """The probability of each object for one agent."""
        if agent not in self.agents:
            raise InvalidInputError("agent", "be one of the agents", agent)
        return FrozenMap(zip(self.objects, self.rows[self.agents.index(agent)], strict=True))

    def nothing(self, agent: Hashable) -> Number:
        """The probability that an agent gets nothing."""
        left: Number = Fraction(1) - sum(self.row(agent).values())
        return tidy(left) if left > 0 else 0

    def __str__(self) -> str:
        rows = [
            f"{show(agent)}: {', '.join(f'{show(p)} {show(b)}' for p, b in pairs if p) or '-'}"
            for agent, pairs in (
                (agent, list(zip(row, self.objects, strict=True)))
                for agent, row in zip(self.agents, self.rows, strict=True)
            )
        ]
        return "; ".join(rows)


def _merged(pairs: list[tuple[Number, Outcome]]) -> list[tuple[Number, Outcome]]:
    """Pairs with equal outcomes put together."""
    merged: dict[Outcome, Number] = {}
    try:
        for p, outcome in pairs:
            merged[outcome] = merged.get(outcome, 0) + p
    except TypeError:  # symbolic numbers have no hash, and are compared
        found: list[tuple[Number, Outcome]] = []
        for p, outcome in pairs:
            place = next((k for k, one in enumerate(found) if one[1] == outcome), len(found))
            before = found[place][0] if place < len(found) else 0
            found[place : place + 1] = [(before + p, outcome)]
        return found
    return [(p, outcome) for outcome, p in merged.items()]
