"""How every count proceeds: move votes, elect, settle ties; what is moved the rules say."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import ClassVar

from mechdesign.aggregation.counting_rounds.rule_sets import CountRule
from mechdesign.aggregation.counting_rounds.stages import CountTie, Stage
from mechdesign.aggregation.profiles.ranking import Label
from mechdesign.errors import MechDesignError
from mechdesign.model import FrozenMap, tidy

Move = tuple[int, int | None, Fraction]


class UndecidedTieError(MechDesignError):
    """A tie that nothing decides.

    Parameters
    ----------
    about : str
        What is to be decided.
    tied : sequence of int
        Who is tied, first whoever is taken in the count that is shown.
    """

    def __init__(self, about: str, tied: Sequence[int]) -> None:
        super().__init__(f"open tie about {about}")
        self.about = about
        self.tied = list(tied)


class Progress(ABC):
    """A count that is under way.

    Parameters
    ----------
    rule : CountRule
        Its parts.
    labels : tuple of labels
        The candidates.
    seats : int
        How many are elected.
    total : Fraction
        The votes.
    decide : callable
        ``decide(about, tied)`` is one of the tied and how it was found, or raises
        :class:`UndecidedTieError`; for ties that earlier stages do not decide.
    """

    def __init__(
        self,
        rule: CountRule,
        labels: tuple[Label, ...],
        seats: int,
        total: Fraction,
        decide: Callable[[str, list[int]], tuple[int, str]],
    ) -> None:
        self.rule, self.labels, self.seats, self.total = rule, labels, seats, total
        self.decide = decide
        self.standing = list(range(len(labels)))
        self.elected: list[int] = []
        self.pending: list[int] = []
        self.votes = [Fraction(0)] * len(labels)
        self.exhausted: dict[str, Fraction] = {}
        self.rounding = Fraction(0)
        #: Differences up to this decide nothing.
        self.slack = Fraction(0)
        self.quota, self.exceed = rule.limit(total, seats)
        self.history: list[tuple[Fraction, ...]] = []
        self.stages: list[Stage] = []
        self.told: list[str] = []
        self._action = "first"
        self._of: list[int] = []
        self._excluded: list[int] = []
        self._moves: list[Move] = []
        self._ties: list[CountTie] = []
        self._moved = False
        #: Those excluded who still hold papers.
        self._leaving: list[int] = []

    #: Whether all surpluses are moved at once.
    together: ClassVar[bool] = False
    #: So many open ties are followed in every way.
    most_ties: ClassVar[int] = 2_000

    # ---------------------------------------------------------------- what a rule says

    @abstractmethod
    def first(self) -> None:
        """Count the first choices."""

    @abstractmethod
    def hand_over(self, c: int) -> None:
        """Move the surplus of a candidate."""

    @abstractmethod
    def give_up(self, gone: Sequence[int]) -> None:
        """Move the votes of candidates who are excluded."""

    @abstractmethod
    def copy(self) -> Progress:
        """The same count, to go on in another way."""

    @abstractmethod
    def lying(self) -> int:
        """A number that differs where the votes lie otherwise."""

    # ---------------------------------------------------------------- going on

    @property
    def done(self) -> bool:
        """Whether all seats are filled and the last stage is closed."""
        return len(self.elected) == self.seats and not self._moved

    def key(self) -> tuple[object, ...]:
        """What the rest of the count depends on."""
        earlier = self._earlier() if self.rule.ties in ("backward", "forward") else ()
        state = (frozenset(self.elected), *map(tuple, (self.standing, self.pending, self._leaving)))
        return (*state, self._moved, self.lying(), earlier)

    def advance(self, forced: int | None = None) -> None:
        """Move votes, or elect whoever can be elected after that.

        Nothing has changed where :class:`UndecidedTieError` is raised.

        Parameters
        ----------
        forced : int, optional
            On whom an open tie falls.
        """
        if self._moved:
            self._elect(forced)
        elif not self.stages:
            self.first()
            self._moved = True
        elif self._leaving:
            self._action, self._of = "parcel", list(self._leaving)
            self.give_up(self._leaving)
            self._moved = True
        elif self.pending and not self._safe_first():
            most = max(self.votes[c] for c in self.pending)
            tied = [c for c in self.pending if self.votes[c] == most]
            c = tied[0] if self.together else self._settle("surplus", tied, forced)
            self.pending.remove(c)
            self._action, self._of = "surplus", [c]
            self.hand_over(c)
            self._moved = True
        else:
            gone = self._lowest(forced)
            self._action, self._of, self._excluded = "exclusion", gone, gone
            self.standing = [c for c in self.standing if c not in gone]
            over = len(self.standing) <= self.seats - len(self.elected)
            if not (over and self.rule.exclusion == "deferred"):
                self.give_up(gone)
            self._moved = True

    def _safe_first(self) -> bool:
        """Whether some are excluded although there are surpluses."""
        return self.rule.exclusion in ("defeated_first", "deferred") and bool(self._defeated())

    def _defeated(self) -> list[int]:
        """Those who together, with all surpluses, have fewer votes than the next, or as many."""
        spare = len(self.standing) - (self.seats - len(self.elected))
        order = sorted(self.standing, key=lambda c: self.votes[c])
        together = sum((self.votes[c] - self.quota for c in self.pending), Fraction(0))
        safe = 0
        for k, c in enumerate(order[:spare], 1):
            together += self.votes[c]
            above = self.votes[order[k]] if k < len(order) else Fraction(-1)
            # Of those who tie with the next one somebody would have to be chosen.
            apart = self.rule.exclusion == "deferred" and self.votes[c] < above == together
            if together < above or apart:
                safe = k
        return sorted(order[:safe])

    def _earlier(self) -> tuple[object, ...]:
        """What earlier stages say of those who may still tie: their orders, each once."""
        open_ = sorted([*self.standing, *self.pending])
        orders = []
        for votes in self.history:
            levels = {v: k for k, v in enumerate(sorted({votes[c] for c in open_}))}
            if len(levels) > 1:
                orders.append(tuple(levels[votes[c]] for c in open_))
        if self.rule.ties == "backward":
            orders.reverse()
        return tuple(dict.fromkeys(orders))

    def _lowest(self, forced: int | None) -> list[int]:
        """Who is excluded."""
        spare = len(self.standing) - (self.seats - len(self.elected))
        order = sorted(self.standing, key=lambda c: self.votes[c])
        low = self.votes[order[0]]
        without = [c for c in order if not self.votes[c]]
        few = [c for c in order if self.history[0][c] < self.rule.least_first]
        if 0 < len(few) <= spare:
            return sorted(few)
        if self.rule.exclusion in ("without_votes", "defeated") and 0 < len(without) <= spare:
            return sorted(without)
        if self.rule.exclusion in ("defeated", "defeated_first", "deferred"):
            safe = self._defeated()
            if safe:
                return safe
        tied = self.as_low(order, low)
        if not low and len(tied) <= spare and len(tied) > 1:
            # They hold no paper: all of them go before anybody else, in any order.
            return [tied[-1]]
        return [self._settle("exclusion", tied, forced)]

    def as_low(self, order: Sequence[int], low: Fraction) -> list[int]:
        """Those with the fewest votes."""
        return sorted(c for c in order if self.votes[c] == low)

    def _elect(self, forced: int | None) -> None:
        """Elect those with a quota, or the rest where so many seats are left; close the stage."""
        if self.rule.quota in ("continuing", "last_two"):
            self.quota = (self.total - sum(self.exhausted.values())) / (self.seats + 1)
        if self.rule.quota == "hundredths" and not self.elected:
            valid = self.total - sum(self.exhausted.values(), Fraction(0))
            self.quota, _ = self.rule.limit(valid, self.seats)
        left = self.seats - len(self.elected)
        reach = self._reaching(left)
        if len(reach) > left:
            last = self.votes[reach[left - 1]]
            tied = [c for c in reach if self.votes[c] == last]
            reach = [c for c in reach if self.votes[c] > last]
            few = len(reach) + len(tied) > left
            reach += [self._settle("seat", sorted(tied), forced)] if few else tied
        standing = [c for c in self.standing if c not in reach]
        rest: list[int] = []
        if len(standing) <= left - len(reach):
            rest = sorted(standing, key=lambda c: -self.votes[c])
            standing = []
        new = [*reach, *rest]
        self.elected += new
        self.standing = standing
        self.pending += [c for c in reach if self.votes[c] > self.quota]
        if rest and self.rule.quota != "none":
            named = ", ".join(str(self.labels[c]) for c in rest)
            below = [c for c in rest if self.votes[c] < self.quota]
            if below:
                self.told.append(f"elected for the seats that were left, below quota: {named}")
        self._close(new)

    def _reaching(self, left: int) -> list[int]:
        """Those with a quota, the most votes first."""
        order = sorted(self.standing, key=lambda c: -self.votes[c])
        if self.rule.quota == "last_two" and len(order) > left + 1:
            return []
        if self.rule.quota != "hundredths":
            return [
                c
                for c in order
                if self.votes[c] > self.quota + self.slack
                or (self.votes[c] == self.quota and not self.exceed)
            ]
        # A part of the votes that still count may be less than the quota.
        active = sum((self.votes[c] for c in self.standing), Fraction(0))
        active += sum((self.votes[c] - self.quota for c in self.pending), Fraction(0))
        reach: list[int] = []
        for c in order:
            votes = self.votes[c]
            places = left - len(reach)
            if places > 0 and votes >= min(self.quota, active / (places + 1)):
                active -= min(votes, self.quota)
            elif not (places <= 0 and reach and votes == self.votes[reach[-1]]):
                break
            reach.append(c)
        return reach

    def _settle(self, about: str, tied: list[int], forced: int | None) -> int:
        """One of the tied: by earlier stages, else as it was forced or decided."""
        if len(tied) == 1:
            return tied[0]
        if forced is not None:
            chosen, how = forced, "open"
        else:
            chosen, how = self._decided(about, tied)
        named = tuple(self.labels[c] for c in sorted(tied))
        self._ties.append(CountTie(about, named, self.labels[chosen], how))
        return chosen

    def _decided(self, about: str, tied: list[int]) -> tuple[int, str]:
        ways = {"backward": range(len(self.history) - 2, -1, -1)}
        ways["forward"] = range(len(self.history) - 1)
        left = tied
        for k in ways.get(self.rule.ties, ()):
            votes = self.history[k]
            wanted = (min if about == "exclusion" else max)(votes[c] for c in left)
            left = [c for c in left if votes[c] == wanted]
            if len(left) == 1:
                return left[0], f"stage {k + 1}"
        # In the count that is shown an open tie favours whoever comes first.
        return self.decide(about, sorted(left, reverse=about == "exclusion"))

    def moved_to(self, source: int, amounts: dict[int, Fraction], reasons: Sequence[str]) -> None:
        """Credit what was moved; negative holders are reasons why votes are exhausted."""
        for holder, amount in sorted(amounts.items()):
            if holder < 0:
                self.exhaust(reasons[-1 - holder], amount)
                self._moves.append((source, None, amount))
            else:
                self.votes[holder] += amount
                self._moves.append((source, holder, amount))

    def exhaust(self, reason: str, amount: Fraction) -> None:
        """Count votes that nobody has any more."""
        if amount:
            self.exhausted[reason] = self.exhausted.get(reason, Fraction(0)) + amount

    def _close(self, new: Sequence[int]) -> None:
        """Write the stage down."""
        labels = self.labels
        named = [tuple(labels[c] for c in group) for group in (self._of, new, self._excluded)]
        together: dict[tuple[int, int | None], Fraction] = {}
        for source, target, amount in self._moves:
            key = (source, target)
            together[key] = together.get(key, Fraction(0)) + amount
        self.history.append(tuple(self.votes))
        self.stages.append(
            Stage(
                number=len(self.stages) + 1,
                action=self._action,
                of=named[0],
                votes=FrozenMap(zip(labels, map(tidy, self.votes), strict=True)),
                quota=tidy(self.quota),
                exhausted=FrozenMap((r, tidy(x)) for r, x in self.exhausted.items()),
                rounding=tidy(self.rounding),
                elected=named[1],
                excluded=named[2],
                moved=tuple(
                    (labels[s], None if t is None else labels[t], tidy(x))
                    for (s, t), x in together.items()
                ),
                ties=tuple(self._ties),
            )
        )
        self._of, self._excluded, self._moves, self._ties = [], [], [], []
        self._moved = False

    def _copied(self, made: Progress) -> Progress:
        """Give a copy its own lists."""
        made.__dict__.update(self.__dict__)
        for name in ("standing", "elected", "pending", "votes", "history", "stages", "told"):
            setattr(made, name, list(getattr(self, name)))
        for name in ("_of", "_excluded", "_moves", "_ties", "_leaving"):
            setattr(made, name, list(getattr(self, name)))
        made.exhausted = dict(self.exhausted)
        return made
