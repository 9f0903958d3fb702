"""Plain data in: what every rule of the family accepts."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import Any

import numpy as np

from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.problems import RankingData, ScoreData, profile_of
from mechdesign.aggregation.profiles.profile import Profile
from mechdesign.aggregation.profiles.ranking import Ranking
from mechdesign.aggregation.settings import rankings
from mechdesign.aggregation.tables.ballot_files import battles, is_battles, is_election, preflib
from mechdesign.aggregation.tables.score_tables import score_table
from mechdesign.errors import InvalidInputError
from mechdesign.io.grids import Grid
from mechdesign.io.score_tables import is_frame, read_frame, read_grid
from mechdesign.model import Problem, mechanism

__all__ = ["pairs_of", "read"]


def read(data: Any, **options: Any) -> Problem:
    """Read rankings or scores into a problem.

    Parameters
    ----------
    data : object
        *Rankings*: a :class:`Profile`, a sequence of :class:`Ranking` or of texts ``"A > B = C"``,
        or a mapping of these to weights.  *Scores* (higher is better): a score table, a data frame,
        a mapping of systems to their scores, a two-dimensional array or list of rows with one row
        for each system, a path to a file.  Or a :class:`Problem`, as it is.
    **options
        For scores those of :func:`score_table`, for rankings those of
        :meth:`Profile.from_rankings`.  For both ``unranked="last"`` or ``"unseen"``: whether what
        a voter leaves out is below all that it ranks (the default for ballots), or was not
        compared (the default for scores).

    Raises
    ------
    InvalidInputError
        If the data are neither.

    Examples
    --------
    >>> read([[1, 2], [3, 0]], systems=["A", "B"]).types
    ((1, 3), (2, 0))
    """
    if isinstance(data, Problem):
        if options:
            raise InvalidInputError("options", "be left out for a Problem", sorted(options))
        if not isinstance(data.data, (RankingData, ScoreData)):
            raise InvalidInputError(
                "problem", "be a problem of rankings or scores", type(data.data).__name__
            )
        return data
    if isinstance(data, Pairwise):
        return rankings().problem(_ballots(data))
    if looks_like_rankings(data):
        return rankings().problem(data, **options)
    unranked = options.pop("unranked", None)
    if unranked not in (None, "last", "unseen"):
        raise InvalidInputError("unranked", "be 'last' or 'unseen'", unranked)
    if isinstance(data, (str, PathLike)):
        if is_election(data):
            return rankings().problem(preflib(data, unranked=unranked or "last"), **options)
        data = read_grid(data, delimiter=options.pop("delimiter", None))
    elif is_frame(data):
        data = read_frame(data)
    if isinstance(data, Grid) and is_battles(data):
        return rankings().problem(battles(data), **options)
    problem = score_table(data, **options).problem()
    if unranked == "last":
        return replace(problem, data=replace(problem.data, unranked=unranked))
    return problem


#: Makes the rules of the family into mechanisms: they take rankings and scores alike.
rule = functools.partial(mechanism, reader=read, anonymous=True)


def looks_like_rankings(data: Any) -> bool:
    """Whether plain data hold rankings and not scores."""
    if isinstance(data, Profile):
        return True
    if isinstance(data, Mapping):
        # A mapping of systems has rows of scores where one of rankings has weights.
        rows = any(isinstance(v, (Mapping, Sequence, np.ndarray)) for v in data.values())
        return not rows and _are_rankings(list(data))
    if isinstance(data, Sequence) and not isinstance(data, (str, bytes)):
        return _are_rankings(data)
    return False


def pairs_of(problem: Problem) -> Pairwise:
    """The pairwise comparisons of a problem."""
    return Pairwise.of(profile_of(problem))


def _are_rankings(entries: Sequence[Any]) -> bool:
    return (
        len(entries) > 0
        and all(isinstance(entry, (Ranking, str)) for entry in entries)
        and any(isinstance(entry, Ranking) or ">" in entry or "=" in entry for entry in entries)
    )


def _ballots(pairs: Pairwise) -> Profile:
    """One ballot for each pair and direction: the profile with exactly these comparisons."""
    weights: dict[Ranking, Any] = {}
    labels = pairs.alternatives
    for i, a in enumerate(labels):
        for j, b in enumerate(labels):
            if i != j and pairs.support[i, j]:
                weights[Ranking([[a], [b]])] = pairs.scaled(pairs.support[i, j])
            if i < j and pairs.ties[i, j]:
                weights[Ranking([[a, b]])] = pairs.scaled(pairs.ties[i, j])
    return Profile.from_rankings(list(weights), list(weights.values()), labels, unranked="unseen")
