"""Elections over projects, read from plain data and from files of pabulib."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

from mechdesign.bargaining.ballots.projects import Projects
from mechdesign.errors import InvalidInputError
from mechdesign.model import (
    FrozenMap,
    Number,
    Problem,
    as_number,
    labelled_numbers,
    parse_number,
    row_by_label,
)

if TYPE_CHECKING:
    from mechdesign.io.pabulib import PabulibFile

__all__ = ["election", "read_election"]


def election(
    ballots: object,
    *,
    costs: object = None,
    budget: Number | None = None,
    voters: Iterable[Hashable] | None = None,
) -> Problem:
    """A participatory budgeting problem from plain data.

    Parameters
    ----------
    ballots : dict by voter, or list
        Of sets (or lists, or strings of one-letter names) of approved projects, or of dicts from
        project to points.
    costs : dict or sequence
        What each project costs; projects of a sequence are numbered from 0.
    budget : number
        What may be spent.
    voters : iterable of hashable, optional
        Names, where `ballots` is a list.

    Raises
    ------
    InvalidInputError
        On unknown projects, negative points or costs, or another number of voters than ballots.

    Examples
    --------
    >>> election(["ab", "b"], costs={"a": 1, "b": 2}, budget=2).types[1]
    frozenset({'b'})
    """
    if isinstance(ballots, Problem):
        return ballots
    if costs is None or budget is None:
        raise InvalidInputError("costs, budget", "be given with ballots", (costs, budget))
    projects, prices = labelled_numbers(costs, "costs", low=0)
    data = Projects(tuple(projects), prices)
    ballots = row_by_label(ballots, "ballots")
    if isinstance(ballots, Mapping):
        names: Any = tuple(ballots)
        listed = list(ballots.values())
    elif isinstance(ballots, Iterable) and not isinstance(ballots, (str, bytes)):
        listed = list(ballots)
        names = tuple(voters) if voters is not None else range(len(listed))
    else:
        raise InvalidInputError("ballots", "be a list or a dict of ballots", ballots)
    if not listed:
        raise InvalidInputError("ballots", "hold at least one ballot", ballots)
    if len(names) != len(listed):
        raise InvalidInputError("voters", f"name {len(listed)} voters", names)
    types = tuple(_ballot(own, data, name) for name, own in zip(names, listed, strict=True))
    return Problem(names, types, data=data, budget=as_number(budget, "budget", low=0))


def read_election(path: str | PathLike[str]) -> Problem:
    r"""A participatory budgeting problem from a pabulib file.

    Approval and choose-1 ballots become sets, cumulative and scoring ballots points (with the
    ``default_score`` of the file for the other projects), ordinal ballots Borda points (as many as
    the longest allowed ballot has places, minus those above).

    Raises
    ------
    InvalidInputError
        With the line number, if anything is wrong in the file.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "small.pb")
    >>> told = "META\nkey;value\nbudget;5\nvote_type;approval\nrule;greedy\n"
    >>> told += "PROJECTS\nproject_id;cost\npark;3\npool;4\n"
    >>> told += "VOTES\nvoter_id;vote\nann;park\nbob;park,pool\n"
    >>> _ = file.write_text(told)
    >>> len(read_election(file))
    2
    """
    from mechdesign.io.pabulib import read_pabulib

    return from_pabulib(read_pabulib(path))


def from_pabulib(file: PabulibFile) -> Problem:
    """The problem that a pabulib file holds."""
    kind = file.vote_type
    # Equal ballots of a file are one object, and become one here.
    types = file.approvals if kind in ("approval", "choose-1") else _with_points(file)
    data = Projects(
        file.project_ids,
        file.costs,
        file.project_column("name") or (),
        file.project_column("category") or (),
    )
    return Problem(file.voters, types, data=data, budget=file.budget)


def _with_points(file: PabulibFile) -> tuple[Any, ...]:
    """The ballots of a file as points: those given, or for ordinal ballots those of Borda."""
    ordinal = file.vote_type == "ordinal"
    longest = max(map(len, file.ballots), default=0)
    stated = file.meta.get("max_length", "")
    places = max(longest, int(stated)) if stated.isdecimal() else longest
    default: Number = 0
    if file.vote_type == "scoring":
        default = parse_number(file.meta.get("default_score") or "0", "default_score")
    unnamed = dict.fromkeys(file.project_ids, default) if default else {}
    known: dict[tuple[int, int], Any] = {}
    types = []
    for ballot, points in zip(file.ballots, file.points, strict=True):
        key = (id(ballot), id(points))
        own = known.get(key)
        if own is None:
            given = range(places, 0, -1) if ordinal else points
            own = known[key] = FrozenMap(
                {**unnamed, **dict(zip(ballot, given, strict=not ordinal))}
            )
        types.append(own)
    return tuple(types)


def _ballot(own: object, data: Projects, voter: Hashable) -> Any:
    where = f"ballot of {voter!r}"
    known = set(data.ids)
    by_project = row_by_label(own, where)
    if isinstance(by_project, Mapping) and by_project.keys() <= known:
        own = by_project
    if isinstance(own, Mapping):
        ballot: Any = FrozenMap(
            (p, as_number(v, f"points of {voter!r} for {p!r}", low=0)) for p, v in own.items()
        )
    elif isinstance(own, Iterable) and not isinstance(own, bytes):
        listed = list(own)
        ballot = frozenset(listed)
        if len(ballot) != len(listed):
            raise InvalidInputError(where, "name each project once", own)
    else:
        raise InvalidInputError(where, "be a set of projects or a dict of points", own)
    unknown = [p for p in ballot if p not in known]
    if unknown:
        raise InvalidInputError(where, "name known projects", unknown[0])
    return ballot
