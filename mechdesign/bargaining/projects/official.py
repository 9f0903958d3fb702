"""The rule that a pabulib file names, applied to its votes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mechdesign.bargaining.ballots.election_files import from_pabulib
from mechdesign.bargaining.projects.budgeting import greedy
from mechdesign.bargaining.projects.method_of_equal_shares import equal_shares
from mechdesign.errors import InvalidInputError, require
from mechdesign.model import Outcome, parse_number

if TYPE_CHECKING:
    from mechdesign.io.pabulib import PabulibFile

__all__ = ["OFFICIAL_RULES", "official_rule"]

#: The rules of pabulib that are known; files with others had a rule of their own.
OFFICIAL_RULES = (
    "greedy",
    "greedy-threshold",
    "greedy-no-skip",
    "equalshares",
    "equalshares-comparison",
    "equalshares/add1",
    "equalshares/add1-comparison",
)


def official_rule(file: PabulibFile) -> Outcome:
    """What the rule named in a pabulib file funds.

    Parameters
    ----------
    file : PabulibFile
        As read by :func:`mechdesign.io.pabulib.read_pabulib`.

    Raises
    ------
    InvalidInputError
        If the file names no rule of :data:`OFFICIAL_RULES`.

    Notes
    -----
    Equal shares with cost satisfaction, Add1 until the budget is overspent; greedy by votes or
    points, without projects below ``min_project_score_threshold``.

    Examples
    --------
    >>> from mechdesign.io.pabulib import parse_pabulib
    >>> text = '''META
    ... key;value
    ... num_projects;2
    ... num_votes;3
    ... budget;3
    ... vote_type;approval
    ... rule;greedy
    ... PROJECTS
    ... project_id;cost
    ... park;3
    ... bench;1
    ... VOTES
    ... voter_id;vote
    ... 1;bench
    ... 2;bench,park
    ... 3;park
    ... '''
    >>> official_rule(parse_pabulib(text)).choice
    ('park',)
    """
    from mechdesign.io.pabulib import PabulibFile

    require(file, PabulibFile, "file")
    rule = file.meta.get("rule", "").lower()
    if rule not in OFFICIAL_RULES:
        raise InvalidInputError(
            "rule",
            f"be one of {', '.join(OFFICIAL_RULES)} in the file (or name another with --mechanism)",
            rule or "none",
        )
    problem = from_pabulib(file)
    if rule.startswith("equalshares"):
        return equal_shares(
            problem,
            completion="add1" if "add1" in rule else "none",
            comparison=rule.endswith("comparison"),
        )
    least = parse_number(
        file.meta.get("min_project_score_threshold", "") or "0", "min_project_score_threshold"
    )
    return greedy(problem, skip=rule != "greedy-no-skip", threshold=least)
