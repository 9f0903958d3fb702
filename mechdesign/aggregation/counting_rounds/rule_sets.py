"""What the rules of counts differ in, as data, and the rules that have a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from math import ceil
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, get_args

from mechdesign.errors import InvalidInputError
from mechdesign.model import serializable
from mechdesign.records import dataclass

__all__ = ["COUNT_PARTS", "COUNT_RULES", "CountRule", "count_rule"]

#: Votes V, seats s: floor(V / (s + 1)) + 1; V / (s + 1), to be exceeded; V / s; V / (s + 2); the
#: same as exact, of the votes that are not exhausted, or this only when all but one of those who
#: are left are elected, for one seat two; V / (s + 1) up to the next hundredth, less
#: where votes end before anybody is elected; the first number above V / (s + 1) with the decimals
#: of papers; none, so that all others are excluded.
QuotaKind: TypeAlias = Literal[
    "droop", "exact", "hare", "imperiali", "continuing", "last_two", "hundredths", "above", "none"
]
#: Every paper at a part of its value; whole papers, drawn; whole papers in proportion to the next
#: choices; keep values; prices.
Transfer: TypeAlias = Literal["weighted", "drawn", "apportioned", "meek", "warren"]
#: The papers that a surplus takes: all of the candidate, or those that were received last.
PapersTaken: TypeAlias = Literal["all", "last"]
#: Among which papers a surplus is divided: all that it takes, or those with a further choice.
Divided: TypeAlias = Literal["papers", "transferable"]
#: One at a time; all without a vote at once; all who together have less than the next one, where
#: nobody has a surplus or, counting surpluses for them, before any is moved; the same with no more
#: than the next one, and those who are left are elected before papers of the last move.
Exclusion: TypeAlias = Literal["single", "without_votes", "defeated", "defeated_first", "deferred"]
#: How papers of those excluded move: at once; by falling value, or as they came, and whoever is
#: elected on the way takes no more.
Parcels: TypeAlias = Literal["together", "by_value", "as_received"]
#: What is cut off to so many decimals: the value of a paper, or what a candidate is credited with.
Cut: TypeAlias = Literal["values", "votes"]
#: The latest earlier stage at which the tied differ, or the first; a given order; lots; every way.
CountTies: TypeAlias = Literal["backward", "forward", "order", "lots", "all", "refuse"]
#: Several at one rank: shared equally; the ballot ends there; it goes on; the one who still stands
#: has it, and it ends where several do; no such ballot is allowed.
EqualRanks: TypeAlias = Literal["split", "exhaust", "skip", "exhaust_if_several_continue", "refuse"]


@serializable("aggregation.CountRule")
@dataclass(frozen=True)
class CountRule:
    """The parts of a rule for counting in rounds.

    Parameters
    ----------
    quota : str
        For V votes and s seats: ``droop``, floor(V/(s+1)) + 1 is to be reached; ``exact``, V/(s+1)
        is to be exceeded; ``hare``, ``imperiali``, V/s or V/(s+2) is to be reached; ``continuing``,
        the part 1/(s+1) of the votes that are not exhausted is to be exceeded, ``last_two``, only
        where one more is left than seats; ``hundredths``, V/(s+1) up to the next hundredth is to be
        reached, or the same part of the votes and seats that are left, and it falls with votes that
        end while nobody is elected; ``above``, the first number above V/(s+1) with the decimals of
        papers is to be reached; ``none``, nobody is elected before only s are left.
    transfer : {"weighted", "drawn", "apportioned", "meek", "warren"}
        A surplus goes on as a part of the value of every paper; as whole papers drawn at random; as
        whole papers in proportion to the next choices, the papers drawn; or all papers are looked
        at again and each candidate elected keeps a part of every paper (Meek) or takes a price from
        it as far as it reaches (Warren).
    papers : {"all", "last"}
        Which papers a surplus takes: all of the candidate, or those received last.
    divided : {"papers", "transferable"}
        Among which of them it is divided: all, so that a part is lost with papers without a further
        choice, or those with one.
    decimals : int or None
        To how many decimals the value of a paper is cut off; None for exact fractions.
    exclusion : {"single", "without_votes", "defeated", "defeated_first", "deferred"}
        Who is excluded at once: one; all without a vote; all who together with the surpluses have
        fewer votes than the next, in the next form before any surplus is moved; or, in the last
        form, no more votes, and no papers move where only as many as seats would be left.
    ties : {"backward", "forward", "order", "lots", "all", "refuse"}
        What decides a tie: the latest earlier stage, or the first, at which they differ; a given
        order; lots; nothing, every way is followed; or a tie is refused.
    equal_ranks : {"split", "exhaust", "skip", "exhaust_if_several_continue", "refuse"}
        What becomes of a ballot at a rank with several candidates.
    full : bool
        Whether a candidate who reaches the quota takes no more papers, moved in a drawn order, so
        that only first choices leave a surplus; for papers that are drawn.
    least_first : int
        Whoever has fewer first choices is excluded before anybody else, all of them at once.
    parcels : {"together", "by_value", "as_received"}
        How the papers of those excluded move: at once; or in stages of their own by falling value,
        or as they came, in which whoever reaches the quota takes no more.
    cut : {"values", "votes"}
        What is cut off to `decimals`: the value of a paper, or what a candidate gets in all.

    Examples
    --------
    >>> COUNT_RULES["scottish"].decimals, COUNT_RULES["meek"].transfer
    (5, 'meek')
    """

    quota: QuotaKind = "droop"
    transfer: Transfer = "weighted"
    papers: PapersTaken = "all"
    divided: Divided = "papers"
    decimals: int | None = None
    exclusion: Exclusion = "single"
    ties: CountTies = "backward"
    equal_ranks: EqualRanks = "split"
    full: bool = False
    least_first: int = 0
    parcels: Parcels = "together"
    cut: Cut = "values"

    @property
    def name(self) -> str:
        """The rule of :data:`COUNT_RULES` with the fewest other parts, and these parts."""
        own, best = vars(self), min(COUNT_RULES, key=lambda n: self._other(COUNT_RULES[n]))
        known = vars(COUNT_RULES[best])
        parts = [f"{part} {own[part]}" for part in own if own[part] != known[part]]
        return f"{best} with {', '.join(parts)}" if parts else best

    def _other(self, rule: CountRule) -> int:
        return sum(a != b for a, b in zip(vars(self).values(), vars(rule).values(), strict=True))

    def limit(self, votes: Fraction, seats: int) -> tuple[Fraction, bool]:
        """The quota, and whether it has to be exceeded."""
        votes = Fraction(votes)
        if self.quota == "droop":
            return Fraction(votes // (seats + 1) + 1), False
        if self.quota == "hare":
            return votes / seats, False
        if self.quota == "imperiali":
            return votes / (seats + 2), False
        if self.quota == "hundredths":
            return Fraction(ceil(votes * 100 / (seats + 1)), 100), False
        if self.quota == "above":
            scale = 10 ** (self.decimals or 0)
            return Fraction(votes * scale // (seats + 1) + 1, scale), False
        if self.quota == "none":
            return votes, True
        return votes / (seats + 1), True


#: The rules with a name.
COUNT_RULES: Mapping[str, CountRule] = MappingProxyType(
    {
        "wigm": CountRule(),
        "scottish": CountRule(decimals=5, equal_ranks="refuse"),
        "gregory": CountRule(papers="last", divided="transferable"),
        "irish": CountRule(
            transfer="apportioned", papers="last", divided="transferable", equal_ranks="refuse"
        ),
        "random": CountRule(transfer="drawn", divided="transferable", equal_ranks="refuse"),
        "cambridge": CountRule(
            transfer="drawn",
            divided="transferable",
            ties="all",
            equal_ranks="refuse",
            full=True,
            least_first=50,
        ),
        "minneapolis": CountRule(
            decimals=4, exclusion="defeated_first", ties="all", equal_ranks="refuse"
        ),
        "ers97": CountRule(
            quota="hundredths",
            papers="last",
            divided="transferable",
            decimals=2,
            exclusion="deferred",
            ties="forward",
            equal_ranks="refuse",
            parcels="by_value",
        ),
        "tasmania": CountRule(
            papers="last", decimals=0, equal_ranks="refuse", parcels="as_received", cut="votes"
        ),
        "meek": CountRule(quota="continuing", transfer="meek"),
        "warren": CountRule(quota="continuing", transfer="warren"),
        "irv": CountRule(quota="continuing", exclusion="without_votes"),
        "bottoms_up": CountRule(quota="none"),
    }
)
#: What each part may be.
COUNT_PARTS: Mapping[str, tuple[Any, ...]] = {
    "quota": get_args(QuotaKind),
    "transfer": get_args(Transfer),
    "papers": get_args(PapersTaken),
    "divided": get_args(Divided),
    "exclusion": get_args(Exclusion),
    "ties": get_args(CountTies),
    "equal_ranks": get_args(EqualRanks),
    "parcels": get_args(Parcels),
    "cut": get_args(Cut),
}


def count_rule(rule: str | CountRule = "wigm", **parts: Any) -> CountRule:
    """A rule by its name, with other parts where they are given.

    Parameters
    ----------
    rule : str or CountRule
        One of :data:`COUNT_RULES`.
    **parts
        Those of :class:`CountRule`; None leaves a part as it is.

    Raises
    ------
    InvalidInputError
        On names and parts that there are not, and on parts that do not go together.

    Examples
    --------
    >>> count_rule("wigm", quota="exact").limit(17, 2)
    (Fraction(17, 3), True)
    """
    found = COUNT_RULES.get(rule) if isinstance(rule, str) else rule
    if not isinstance(found, CountRule):
        raise InvalidInputError("rule", f"be one of {', '.join(COUNT_RULES)}", rule)
    given = {name: value for name, value in parts.items() if value is not None}
    for name, value in given.items():
        if name == "decimals":
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 30:
                raise InvalidInputError("decimals", "be an integer from 0 to 30", value)
        elif value not in COUNT_PARTS.get(name, ()):
            allowed = ", ".join(COUNT_PARTS.get(name, ())) or "left out"
            raise InvalidInputError(name, f"be one of {allowed}", value)
    made = replace(found, **given)
    keeps = made.transfer in ("meek", "warren")
    whole = made.transfer in ("drawn", "apportioned")
    if keeps and made.quota not in ("continuing", "exact"):
        raise InvalidInputError("quota", f"be continuing for {made.transfer}", made.quota)
    usual = (made.papers, made.divided, made.decimals, made.parcels)
    if keeps and usual != ("all", "papers", None, "together"):
        raise InvalidInputError("papers", f"be all, undivided, exact for {made.transfer}", parts)
    if whole and (made.divided != "transferable" or made.decimals is not None):
        raise InvalidInputError("divided", f"be transferable for {made.transfer}", made.divided)
    if made.full and made.transfer != "drawn":
        raise InvalidInputError("full", "be False where papers are not drawn", made.transfer)
    if whole and made.equal_ranks == "split":
        raise InvalidInputError("equal_ranks", "not be split where papers stay whole", "split")
    if made.decimals is None and (made.cut == "votes" or made.quota == "above"):
        named = "cut is votes" if made.cut == "votes" else "quota is above"
        raise InvalidInputError("decimals", f"be given where {named}", None)
    if made.cut == "votes" and (made.parcels == "together" or made.divided == "transferable"):
        told = "move in parcels, with what has no further choice, where cut is votes"
        raise InvalidInputError("parcels", told, made.parcels)
    if made.full and made.parcels != "together":
        raise InvalidInputError("parcels", "be together for this rule", made.parcels)
    return made
