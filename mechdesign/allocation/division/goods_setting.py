"""The setting: agents say what goods are worth to them, and the goods are divided."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from os import PathLike
from typing import Any, ClassVar

from mechdesign.allocation.division.frontier import frontier
from mechdesign.errors import InvalidInputError, LimitReachedError, UndecidedError
from mechdesign.model import (
    AgentId,
    Domain,
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Setting,
    all_exact,
    as_count,
    as_list,
    as_number,
    is_frame,
    labelled_rows,
    parse_number,
    serializable,
    show,
)
from mechdesign.records import dataclass

__all__ = ["Goods", "GoodsData", "goods"]

Values = tuple[Number, ...]


@serializable("allocation.GoodsData")
@dataclass(frozen=True)
class GoodsData:
    """The goods of a division.

    Parameters
    ----------
    goods : tuple of labels
        In the order in which ties are broken.
    decisions : tuple of str
        What had to be decided when the values were read.
    """

    goods: tuple[Any, ...]
    decisions: tuple[str, ...] = ()


@serializable("allocation.Goods")
@dataclass(frozen=True)
class Goods(Setting[Values, FrozenMap[Any, Any]]):
    """Agents with additive values for goods that cannot be split: see :func:`goods`."""

    id: ClassVar[str] = "allocation.goods"
    public: ClassVar[bool] = False
    private_values: ClassVar[bool] = True
    data_kinds: ClassVar[tuple[type, ...]] = (GoodsData,)

    def problem(self, data: Any, *, goods: Sequence[Any] | None = None, **options: Any) -> Problem:
        """Read what goods are worth.

        Parameters
        ----------
        data : sequence, mapping, data frame or path
            A row of numbers for each agent, one for each good; a row may be a mapping of goods to
            numbers.  In a file the first column names the agents and the head the goods.
        goods : sequence of labels, optional
            Names of the columns.
        """
        if options:
            raise InvalidInputError("options", "be goods", sorted(options))
        if isinstance(data, (str, PathLike)):
            data = _file(data)
        labels: Sequence[Any] | None
        if is_frame(data):
            labels, columns, rows = labelled_rows(data, "data")
            goods = columns if goods is None else goods
        elif isinstance(data, Mapping) and all(isinstance(v, Mapping) for v in data.values()):
            labels, named = list(data), list(data.values())
            met = list(dict.fromkeys(g for row in named for g in row))
            if goods is not None and set(goods) != set(met):
                raise InvalidInputError("goods", "be those of the rows", list(goods))
            goods = met if goods is None else list(goods)
            rows = []
            for label, row in zip(labels, named, strict=True):
                missing = [g for g in goods if g not in row]
                if missing:
                    raise InvalidInputError(f"data[{label!r}]", "value every good", missing[0])
                rows.append([row[g] for g in goods])
        elif isinstance(data, Mapping):
            labels, rows = list(data), [as_list(row, "data") for row in data.values()]
        else:
            labels, rows = (
                None,
                [as_list(row, f"data[{k}]") for k, row in enumerate(as_list(data, "data"))],
            )
        if not rows:
            raise InvalidInputError("data", "hold a row for at least one agent", data)
        width = len(rows[0])
        for k, row in enumerate(rows):
            if len(row) != width:
                raise InvalidInputError(f"data[{k}]", f"have {width} numbers", len(row))
        names = tuple(range(width)) if goods is None else tuple(goods)
        if len(names) != width or len(set(names)) != width:
            raise InvalidInputError("goods", f"be {width} different names", list(names))
        types = tuple(
            tuple(as_number(x, f"data[{k}][{j}]") for j, x in enumerate(row))
            for k, row in enumerate(rows)
        )
        agents = range(len(rows)) if labels is None else labels
        return Problem(agents, types, GoodsData(names), reserve=(0,) * len(rows))

    def check(self, problem: Problem) -> None:
        super().check(problem)
        width = len(problem.data.goods)
        for k, own in enumerate(problem.types):
            if not isinstance(own, tuple) or len(own) != width:
                raise InvalidInputError(f"types[{k}]", f"be {width} values", own)

    def utility(
        self, problem: Problem, agent: AgentId, true_type: Values, outcome: Outcome
    ) -> Number:
        worth = dict(zip(problem.data.goods, true_type, strict=True))
        total: Number = 0
        for good in outcome.choice[agent]:
            total += worth[good]
        return total

    def feasible(self, problem: Problem, outcome: Outcome) -> bool:
        choice = outcome.choice
        if not isinstance(choice, Mapping) or set(choice) != set(problem.agents):
            return False
        given = [good for bundle in choice.values() for good in bundle]
        return len(given) == len(set(given)) and set(given) == set(problem.data.goods)

    def outcome(self, problem: Problem, raw: Any) -> Outcome:
        if isinstance(raw, (list, tuple)):
            raw = divided(problem, raw)
        found = Outcome(raw, problem=problem, setting=self)
        if not self.feasible(problem, found):
            raise InvalidInputError("outcome", "give every good to one agent", raw, owner=self.id)
        return found

    def outcomes(self, problem: Problem) -> Iterable[Outcome]:
        """Every division of all goods."""
        n, m = len(problem), len(problem.data.goods)
        for owners in itertools.product(range(n), repeat=m):
            choice: Any = _bundles(problem, owners)
            yield Outcome.bare(choice, problem, self)

    def improvement(self, problem: Problem, outcome: Outcome, *, weak: bool) -> Outcome | None:
        """A division that is better for one and worse for nobody, or with `weak` better for all.

        Raises
        ------
        UndecidedError
            For floats, and for more vectors of utilities than are kept.
        """
        now = list(self.utilities(problem, outcome))
        if not all_exact(x for own in problem.types for x in own):
            raise UndecidedError("divisions are compared in exact numbers only")
        try:
            better = frontier(problem.types, floor=now)
        except LimitReachedError as error:
            raise UndecidedError(str(error)) from None
        for utilities, owners in better:
            gains = [u - old for u, old in zip(utilities, now, strict=True)]
            if gains and (min(gains) > 0 if weak else min(gains) >= 0 and max(gains) > 0):
                choice: Any = _bundles(problem, owners)
                return Outcome(choice, problem=problem, setting=self)
        return None

    def domain(self, agents: int, **scope: Any) -> Domain:
        """Every profile of values out of a list.

        Parameters
        ----------
        agents : int
            How many.
        goods : int
            How many.
        values : sequence of numbers
            What a good may be worth, 0, 1 and 2 by default.
        """
        unknown = sorted(set(scope) - {"goods", "values"})
        if unknown:
            raise InvalidInputError("scope", "be agents, goods and values", unknown)
        n = as_count(agents, "agents", low=1)
        m = as_count(scope.get("goods"), "goods", low=1, high=8)
        listed = tuple(
            as_number(x, "values") for x in as_list(scope.get("values", (0, 1, 2)), "values")
        )
        reports = tuple(itertools.product(listed, repeat=m))
        base = Problem(range(n), (reports[0],) * n, GoodsData(tuple(range(m))), reserve=(0,) * n)
        told = f"values {', '.join(map(show, listed))} for {m} goods"
        return Domain(self, base, (reports,) * n, told)

    def small_domains(self) -> Iterator[Domain]:
        for agents, m in ((1, 1), (2, 1), (2, 2), (2, 3), (3, 2)):
            yield self.domain(agents, goods=m)

    def size(self, problem: Problem) -> int:
        return len(problem.data.goods)

    def say_report(self, report: Values) -> str:
        return f"({', '.join(map(show, report))})"

    def say_choice(self, problem: Problem, outcome: Outcome) -> str:
        parts = [
            f"{show(agent)}: {', '.join(map(show, bundle)) or '-'}"
            for agent, bundle in outcome.choice.items()
        ]
        return "{" + "; ".join(parts) + "}"


def goods() -> Goods:
    """Goods (or chores, of negative worth) that cannot be split; values add up.

    A type is what each good is worth to an agent, a choice maps agents to the goods they get.

    Examples
    --------
    >>> problem = goods().problem({"ann": {"car": 8, "boat": 7}, "bob": {"car": 6, "boat": 8}})
    >>> problem.types, problem.data.goods
    (((8, 7), (6, 8)), ('car', 'boat'))
    """
    return Goods()


def _bundles(problem: Problem, owners: Sequence[int]) -> FrozenMap[Any, tuple[Any, ...]]:
    names = problem.data.goods
    return FrozenMap(
        (agent, tuple(g for g, who in zip(names, owners, strict=True) if who == i))
        for i, agent in enumerate(problem.agents)
    )


def divided(problem: Problem, owners: Sequence[int]) -> FrozenMap[Any, tuple[Any, ...]]:
    """The bundle of each agent, from the position of the owner of each good."""
    if len(owners) != len(problem.data.goods):
        told = f"name an owner for each of {len(problem.data.goods)} goods"
        raise InvalidInputError("outcome", told, owners, owner="allocation.goods")
    return _bundles(problem, owners)


def exact_rows(problem: Problem) -> list[list[Fraction]]:
    """The values as Fractions; floats as the fractions that they are."""
    return [[Fraction(x) for x in own] for own in problem.types]


def _file(path: str | PathLike[str]) -> dict[Any, dict[str, Any]]:
    """The table of a file: agents in the first column, goods in the head."""
    from mechdesign.io.score_tables import read_grid

    grid = read_grid(path)
    rows: dict[Any, dict[str, Any]] = {}
    for k, (agent, *cells) in enumerate(grid.rows):
        where = f"line {grid.lines[k]}" if grid.lines else f"row {k + 1}"
        if agent in rows:
            raise InvalidInputError("file", f"name every agent once, not again in {where}", agent)
        pairs = zip(grid.columns[1:], cells, strict=True)
        rows[agent] = {good: _number(cell, f"{good} in {where}") for good, cell in pairs}
    return rows


def _number(cell: Any, where: str) -> Number:
    if cell is None or cell == "":
        raise InvalidInputError("file", f"have a number for {where}", cell)
    return parse_number(cell, where) if isinstance(cell, str) else as_number(cell, where)
