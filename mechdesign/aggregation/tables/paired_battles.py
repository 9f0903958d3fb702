"""Logs of pairwise battles as profiles of two-alternative rankings."""

from __future__ import annotations

from typing import Literal

from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.profile import Profile
from mechdesign.io.ballots.battle_logs import BattleCounts, count_battles

__all__ = ["battles"]


def battles(
    data: object,
    *,
    left: str | None = None,
    right: str | None = None,
    winner: str | None = None,
    both_bad: Literal["tie", "drop"] = "tie",
    strong: int = 1,
) -> Profile:
    """Pairwise battles as a profile of two-alternative rankings, equal ones merged.

    Parameters
    ----------
    data : path, data frame, sequence of (left, right, result), or iterator of these
        A result is ``left``, ``right`` or ``tie`` (or ``model_a``, ``a_wins``, ``A>B``, ``A>>B``,
        ``A=B``, ``both_bad`` ...; or the winner's own name).  The parts of an iterator and the row
        groups of a parquet file are counted one after the other, so that a log may be larger than
        the memory.
    left, right, winner : str, optional
        The columns, where their names are not the usual ones.
    both_bad : {"tie", "drop"}
        What a battle is that both sides lose: a tie, or none.
    strong : int
        How often a clear win such as ``A>>B`` counts.

    Raises
    ------
    InvalidInputError
        On a battle of an alternative against itself or an unknown result, with its row.

    Notes
    -----
    O(battles) time, O(alternatives^2) memory beside one chunk.

    Examples
    --------
    >>> battles([("x", "y", "left"), ("y", "x", "tie")]).rankings()
    [Ranking('x > y'), Ranking('x = y')]
    """
    counts = count_battles(
        data, left=left, right=right, winner=winner, both_bad=both_bad, strong=strong
    )
    return profile_of_counts(counts)


def profile_of_counts(counts: BattleCounts) -> Profile:
    """The profile of a log that was counted by pairs."""
    wins = counts.wins
    return Pairwise(counts.labels, wins, counts.ties + wins + wins.T).ballots()
