"""Plain data in: what every rule of the family accepts."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import Any, get_args

import numpy as np

from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.problems import RankingData, ScoreData, profile_of
from mechdesign.aggregation.profiles.profile import Profile
from mechdesign.aggregation.profiles.qualifying import qualified
from mechdesign.aggregation.profiles.ranking import Ranking
from mechdesign.aggregation.settings import rankings
from mechdesign.aggregation.tables.ballot_files import (
    READ_AS,
    cast_profile,
    file_ballots,
    graded_table,
    headed,
    kind_of_table,
    table_ballots,
    wins,
)
from mechdesign.aggregation.tables.long_tables import Pivoted
from mechdesign.aggregation.tables.paired_battles import profile_of_counts
from mechdesign.aggregation.tables.reading_scores import read_scores, score_table
from mechdesign.errors import InvalidInputError, require
from mechdesign.io.ballots.battle_logs import (
    battle_columns,
    count_battles,
    has_battle_columns,
)
from mechdesign.io.ballots.building import POLICIES, written_in
from mechdesign.io.ballots.recognition import BALLOT_FORMATS
from mechdesign.io.grids import Grid
from mechdesign.io.preflib import Ballots, CountedOvervote
from mechdesign.io.ranking_lists import split_weight
from mechdesign.io.score_tables import is_frame, read_frame, read_grid
from mechdesign.model import (
    Mechanism,
    MechanismLike,
    Problem,
    as_list,
    as_mechanism,
    mechanism,
    refuse_unknown,
)

__all__ = ["pairs_of", "read"]


#: What decides how marks on ballots are read.
_POLICIES = ("contest", *POLICIES)
#: What decides which options of a vote stand.
_QUALIFYING = ("default_option", "quorum", "majority")
#: What decides how results of battles count.
_OUTCOMES = ("both_bad", "strong")


def read(data: Any, **options: Any) -> Problem:
    """Read rankings or scores into a problem.

    Parameters
    ----------
    data : object
        *Rankings*: a :class:`Profile`, a sequence of :class:`Ranking` or of texts ``"A > B = C"``,
        or a mapping of these to weights; or lists of names, best first.  *Scores* (higher is
        better): a score table, a data frame, a mapping of systems to their scores, a
        two-dimensional array or list of rows with one row for each system.  A path to a file of
        either.  Or a :class:`Problem`, as it is.
    **options
        For scores those of :func:`score_table`, for rankings those of
        :meth:`Profile.from_rankings`. For both ``unranked="last"`` or ``"unseen"``: whether what a
        voter leaves out is below all that it ranks (the default for ballots), or was not compared
        (the default for scores). For files ``kind="ballots"``, ``"scores"``, ``"ranks"``,
        ``"grades"`` (a row for each voter), ``"battles"`` or ``"wins"`` where a table could be
        several of these, ``grades=`` the words of grades, the worst one first, and ``header=True``
        or ``False``; for files of ballots ``overvote="tie"``, ``"exhaust"``, ``"skip"``,
        ``"exhaust_if_several_continue"``, ``"approval"`` or ``"refuse"`` (rankings take the first
        and the last but one two), ``skipped="close_up"``, ``"exhaust"`` or the most ranks in a row
        that a ballot may skip, ``duplicate="first"`` or ``"exhaust"``, ``write_in="each"`` or
        ``"pool"``, and ``contest=`` where a file of cast vote records holds several; for battles
        ``both_bad`` and ``strong`` as in :func:`battles`; for a vote with a default option those of
        :func:`qualified`. A `kind` such as ``"blt"`` names the format of a file whose name does
        not.

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
    stands = {word: options.pop(word) for word in _QUALIFYING if word in options}
    if not stands:
        return _read(data, options)
    if "default_option" not in stands:
        raise InvalidInputError(
            ", ".join(stands), "be said with the default option", stands[next(iter(stands))]
        )
    problem = _read(data, options)
    if not isinstance(problem.data, RankingData):
        raise InvalidInputError(
            "default_option", "be said of ballots only", stands["default_option"]
        )
    return qualified(problem, **stands)


def _read(data: Any, options: dict[str, Any]) -> Problem:
    if isinstance(data, Pairwise):
        return rankings().problem(data.ballots())
    orders = _are_orders(data)
    if orders or looks_like_rankings(data):
        overvote = _word(options, "overvote", get_args(CountedOvervote))
        listed = [Ranking.from_order(o) for o in data] if orders else _weighed(data, options)
        return _counting(rankings().problem(listed, **options), overvote or "tie")
    unranked = _word(options, "unranked", ("last", "unseen"))
    kind = _word(options, "kind", (*READ_AS, *BALLOT_FORMATS))
    header = options.pop("header", None)
    words = options.pop("grades", None)
    if words is not None:
        words = words.split(",") if isinstance(words, str) else as_list(words, "grades")
        if kind not in (None, "grades"):
            raise InvalidInputError("grades", "be said of grades only", kind)
        kind = "grades"
    policies = {word: options.pop(word) for word in _POLICIES if word in options}
    outcomes = {word: options.pop(word) for word in _OUTCOMES if word in options}
    if isinstance(data, (str, PathLike)):
        found = file_ballots(data, kind, **policies)
        if found is not None:
            if kind not in (None, "ballots", *BALLOT_FORMATS):
                raise InvalidInputError("kind", "be ballots for a file of ballots", kind)
            if header is not None:
                raise InvalidInputError("header", "be said of tables only", header)
            return _cast(found, unranked, options)
        delimiter = options.pop("delimiter", None)
        plain = kind in (None, "scores") and header is not False
        whole = (
            read_scores(data, delimiter, options) if plain else read_grid(data, delimiter=delimiter)
        )
        if isinstance(whole, Pivoted):
            data, kind = whole, "scores"
        else:
            data = headed(whole, header)
    elif kind in BALLOT_FORMATS:
        raise InvalidInputError("kind", "be a format of ballots for a file only", kind)
    elif isinstance(data, Grid):
        data = headed(data, header)
    elif is_frame(data):
        if kind == "battles" or (kind is None and has_battle_columns(data)):
            return _battles(data, (), outcomes, options)
        data = read_frame(data)
    if isinstance(data, Grid):
        kind = kind or kind_of_table(data)
        by_system = kind in ("scores", "ranks") and _columns_of_ranks(data)
        if kind in ("ballots", "ranks") and not by_system:
            if kind == "ranks" and unranked is None and _has_dashes(data):
                raise InvalidInputError(
                    "unranked",
                    "be said where cells are `-`: no opinion, not compared, as in CIVS (--unranked "
                    "unseen), or not ranked, below all that is (--unranked last)",
                    None,
                    owner=data.source,
                )
            return _cast(table_ballots(data, kind, **policies), unranked, options)
        if kind == "battles":
            return _battles(data, data.decisions, outcomes, options)
        if kind == "wins":
            pairs = wins(data)
            what = f"{pairs.total} wins, row against column"
            return _told_pairs(pairs, (*data.decisions, _taken(what, pairs)), options)
        if kind == "grades":
            data = graded_table(data, options.pop("decimal", None), words or ())
        if by_system:
            data, options = _smaller_first(data, by_system, options)
    elif kind not in (None, "scores"):
        raise InvalidInputError("kind", "be scores for data that are no file", kind)
    for words, what in ((policies, "ballots"), (outcomes, "battles")):
        if words:
            raise InvalidInputError(", ".join(words), f"be said of {what} only", sorted(words))
    refuse_unknown(options, score_table)
    problem = score_table(data, **options).problem()
    if unranked == "last":
        return replace(problem, data=replace(problem.data, unranked=unranked))
    return problem


def _has_dashes(grid: Grid) -> bool:
    return any(cell == "-" for row in grid.rows for cell in row)


def _word(options: dict[str, Any], name: str, allowed: Sequence[str]) -> Any:
    """One of the words that a parameter may be, taken out of the options."""
    value = options.pop(name, None)
    if value is not None and value not in allowed:
        shown = " or ".join(map(repr, allowed))
        raise InvalidInputError(name, f"be {shown}", value)
    return value


def _cast(found: Ballots, unranked: Any, options: dict[str, Any]) -> Problem:
    """The problem of ballots as they were cast."""
    told = found.decisions
    others = [name for name in found.names if written_in(name)]
    if others:
        one = " (--write-in pool makes them one)" if len(others) > 1 else ""
        named = ", ".join(others[:8]) + (f" and {len(others) - 8} more" if others[8:] else "")
        told = (*told, f"write-ins count as a candidate like any other: {named}{one}")
    problem = rankings().problem(cast_profile(found, unranked or found.unranked), **options)
    problem = _told(_counting(problem, found.overvote), told)
    seats = dict(found.metadata).get("seats")
    return replace(problem, data=replace(problem.data, seats=int(seats))) if seats else problem


def _counting(problem: Problem, overvote: CountedOvervote) -> Problem:
    return replace(problem, data=replace(problem.data, overvote=overvote))


def _told(problem: Problem, decisions: Sequence[str]) -> Problem:
    return replace(
        problem,
        data=replace(problem.data, decisions=(*decisions, *problem.data.decisions)),
    )


def _battles(
    data: Any, decisions: Sequence[str], outcomes: dict[str, Any], options: dict[str, Any]
) -> Problem:
    counts = count_battles(data, **outcomes)
    pairs = profile_of_counts(counts)
    used = battle_columns([str(name) for name in data.columns])
    others = [str(name) for name in data.columns if str(name) not in used]
    told = [_taken("battles", pairs), *counts.decisions]
    if others:
        told.append(f"columns that say nothing of a battle and were ignored: {', '.join(others)}")
    return _told_pairs(pairs, (*decisions, *told), options)


def _taken(what: str, pairs: Profile) -> str:
    return f"read as {what}: {pairs.m} alternatives"


def _told_pairs(pairs: Profile, told: Sequence[str], options: dict[str, Any]) -> Problem:
    return _told(rankings().problem(pairs, **options), told)


def _columns_of_ranks(grid: Grid) -> list[int]:
    """The columns after the first where all of them say that they hold ranks, else none."""
    words = [set(re.findall(r"[a-z]+", name.lower())) for name in grid.columns[1:]]
    said = bool(words) and all({"rank", "place", "position"} & w for w in words)
    return list(range(1, len(grid.columns))) if said else []


def _smaller_first(
    grid: Grid, columns: list[int], options: dict[str, Any]
) -> tuple[Grid, dict[str, Any]]:
    """A table of the ranks of systems, in which smaller is better and ``2=`` is a tied rank."""
    rows = tuple(
        tuple(c.rstrip("=") if k in columns and isinstance(c, str) else c for k, c in enumerate(r))
        for r in grid.rows
    )
    names = [grid.columns[k] for k in columns]
    told = f"read as ranks of systems: smaller is better in {', '.join(names)}"
    changed = replace(grid, rows=rows, decisions=(told, *grid.decisions))
    keep = [*options.get("keep", ()), *names]
    return changed, {**options, "lower": [*options.get("lower", ()), *names], "keep": keep}


#: Makes the rules of the family into mechanisms: they take rankings and scores alike.
rule = functools.partial(mechanism, reader=read, anonymous=True)


def looks_like_rankings(data: object) -> bool:
    """Whether plain data hold rankings and not scores."""
    if isinstance(data, Profile):
        return True
    if isinstance(data, Mapping):
        # A mapping of systems has rows of scores where one of rankings has weights.
        rows = any(
            isinstance(v, (Mapping, Sequence, np.ndarray)) and not isinstance(v, str)
            for v in data.values()
        )
        return not rows and _are_rankings(list(data))
    if isinstance(data, Sequence) and not isinstance(data, (str, bytes)):
        return _are_rankings(data)
    return False


def pairs_of(problem: Problem) -> Pairwise:
    """The pairwise comparisons of a problem.

    Examples
    --------
    >>> from mechdesign.aggregation import read
    >>> pairs_of(read({"A > B": 2, "B > A": 1})).margins.tolist()
    [[0, 1], [-1, 0]]
    """
    require(problem, Problem, "problem")
    return Pairwise.of(profile_of(problem))


def _are_rankings(entries: Sequence[Any]) -> bool:
    return (
        len(entries) > 0
        and all(isinstance(entry, (Ranking, str)) for entry in entries)
        and any(isinstance(entry, Ranking) or ">" in entry or "=" in entry for entry in entries)
    )


def _weighed(data: object, options: dict[str, Any]) -> Any:
    """Rankings as they are, or texts such as ``2.5: A > B`` taken apart; their weights go in."""
    if not isinstance(data, (list, tuple)):
        return data
    parts = [
        split_weight(x, k, "the rankings") if isinstance(x, str) else (1, x)
        for k, x in enumerate(data, 1)
    ]
    if any(isinstance(x, str) and rest != x for x, (_, rest) in zip(data, parts, strict=True)):
        if options.get("weights") is not None:
            raise InvalidInputError(
                "weights", "be left out where the rankings have weights", options["weights"]
            )
        options["weights"] = [weight for weight, _ in parts]
    blank = Ranking([])
    return [blank if isinstance(x, str) and not x.strip() else x for _, x in parts]


def _are_orders(data: object) -> bool:
    """Whether data are lists of names, best first, and not rows of scores."""
    return (
        isinstance(data, (list, tuple))
        and all(isinstance(row, (list, tuple)) for row in data)
        and any(data)
        and all(isinstance(name, str) for row in data for name in row)
    )


def named(rule: MechanismLike) -> Mechanism[Any]:
    """A rule in any form; the name of a rule of this family can be without the family's."""
    short = isinstance(rule, str) and "." not in rule.partition("(")[0]
    return as_mechanism(f"aggregation.{rule}" if short else rule)
