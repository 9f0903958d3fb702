"""Which options of a vote stand against its default option: quorum and majority."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mechdesign.aggregation.profiles.pairwise import Pairwise
from mechdesign.aggregation.profiles.problems import profile_of, without_alternatives
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.errors import InvalidInputError
from mechdesign.io.ballots.tally_sheets import default_note
from mechdesign.model import Number, Problem, as_number, parse_number

__all__ = ["qualified"]


def qualified(
    problem: Problem,
    default_option: Label,
    *,
    quorum: Number | str = 0,
    majority: Number | str | Mapping[Label, Number] = 1,
) -> Problem:
    """A vote without the options that do not defeat its default option.

    An option stands if at least `quorum` voters rank it above the default option, and more than
    `majority` times as many as rank the default option above it.  The default option ("None of the
    above", "Further discussion") stays.

    Parameters
    ----------
    problem : Problem
        Of rankings.
    default_option : label
        One of its alternatives.
    quorum : number or str
        Voters who must rank an option above the default option; at least 0.
    majority : number, str or mapping
        The ratio that an option must exceed, at least 1: for all options, or for some of them
        (``{"A": 3}``, ``"A=3;B=2"``), 1 for the others.

    Returns
    -------
    Problem
        In whose decisions each option that fell stands with its votes.

    Raises
    ------
    InvalidInputError
        If an option is unknown, or a number is out of its range.

    Notes
    -----
    O(n m^2), one count of pairs.

    References
    ----------
    Debian Constitution, version 1.9 (2022), section A.5.

    Examples
    --------
    >>> from mechdesign.aggregation import rankings, schulze
    >>> vote = rankings().problem({"A > none > B": 4, "none > A": 2, "B > none": 1})
    >>> stands = qualified(vote, "none", majority={"A": 2})
    >>> stands.data.decisions[0]
    "'A' is out: 4 voters to 3 prefer it to 'none', not more than 2 to 1"
    >>> schulze(stands).winners
    ('none',)
    """
    pairs = Pairwise.of(profile_of(problem))
    labels = pairs.alternatives
    if default_option not in labels:
        raise InvalidInputError(
            "default_option", f"be one of {', '.join(map(str, labels))}", default_option
        )
    asked = parse_number(quorum, "quorum") if isinstance(quorum, str) else quorum
    least = as_number(asked, "quorum", low=0)
    ratios = _ratios(majority, [label for label in labels if label != default_option])
    at, gone, told = labels.index(default_option), [], []
    for k, label in enumerate(labels):
        above = pairs.scaled(pairs.support[k, at])
        below = pairs.scaled(pairs.support[at, k])
        if k == at or (above >= least and above > ratios[label] * below):
            continue
        gone.append(label)
        short = (
            f"fewer than the quorum of {least}"
            if above < least
            else f"not more than {ratios[label]} to 1"
        )
        told.append(
            f"{label!r} is out: {above} voters to {below} prefer it to {default_option!r}, {short}"
        )
    others = "all others defeat" if gone else "all options defeat"
    told.append(f"{others} the default option {default_option!r}")
    read = (note for note in problem.data.decisions if note != default_note(default_option))
    stands = without_alternatives(problem, gone) if gone else problem
    return replace(stands, data=replace(stands.data, decisions=(*told, *read)))


def _ratios(majority: object, labels: list[Label]) -> dict[Label, Number]:
    """The ratio of every option but the default one."""
    if isinstance(majority, str) and "=" in majority:
        pairs = [part.rpartition("=") for part in majority.split(";") if part.strip()]
        majority = {name.strip(): parse_number(value, "majority") for name, _, value in pairs}
    elif isinstance(majority, str):
        majority = parse_number(majority, "majority")
    if isinstance(majority, Mapping):
        unknown = [label for label in majority if label not in labels]
        if unknown:
            shown = ", ".join(map(str, labels))
            raise InvalidInputError("majority", f"name options among {shown}", unknown[0])
        return {label: as_number(majority.get(label, 1), "majority", low=1) for label in labels}
    return dict.fromkeys(labels, as_number(majority, "majority", low=1))
