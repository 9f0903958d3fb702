"""The best contract for several agents: one linear program with all joint deviations."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any, Literal

from mechdesign.errors import InfeasibleError, InvalidInputError, LimitReachedError
from mechdesign.information.hired.settings import (
    AcquisitionData,
    Contract,
    Efforts,
    Signals,
    acquisition,
)
from mechdesign.model import (
    FrozenMap,
    Number,
    Outcome,
    Problem,
    Provenance,
    mechanism,
    number_in,
    tidy,
)
from mechdesign.records import dataclass
from mechdesign.solvers.linear.certified_programs import CertifiedOptimum, CertifiedProgram

__all__ = ["Temptation", "acquisition_optimal", "temptations"]

_SETTING = acquisition()
_MOST_VARIABLES = 400_000
# Rounds of the search over product distributions, from each start.
_ROUNDS = 60

#: Agent, recommended effort, other effort.
Row = tuple[int, int, int]
#: A linear function of variables.
Linear = list[tuple[int, Number]]


@dataclass(frozen=True)
class Temptation:
    """The best that an agent can do who is told an effort and exerts another one.

    Parameters
    ----------
    agent : int
        Her position.
    told, effort : int
        What she is told, and what she does.
    reports : tuple of int
        What she reports for each signal that she sees.
    gain : number
        What she gains on average, over all recommendations; negative if she loses.
    """

    agent: int
    told: int
    effort: int
    reports: tuple[int, ...]
    gain: Number


def temptations(problem: Problem, contract: Contract) -> list[Temptation]:
    """For every agent, effort that she may be told and effort: the best joint deviation.

    An agent who is told an effort chooses another one, and for each signal a report: together, as
    a wrong effort may pay only with a wrong report.  The best report is found for each signal.

    Parameters
    ----------
    problem : Problem
        Of :func:`acquisition`.
    contract : Contract
        What is offered.

    Examples
    --------
    >>> from mechdesign.information import binary_hiring
    >>> problem = binary_hiring(Fraction(4, 5), [Fraction(1, 10)])
    >>> contract = acquisition_optimal(problem, cap=1).choice
    >>> [str(found.gain) for found in temptations(problem, contract)]
    ['0', '0']
    """
    data: AcquisitionData = problem.data
    found = []
    for k, (count, costs) in enumerate(zip(data.efforts, problem.types, strict=True)):
        for told in range(count):
            asked = [(b, p) for b, p in contract.recommended.items() if p and b[k] == told]
            if not asked:
                continue
            mass: Number = sum(p for _, p in asked)
            obeys = _paid(data, contract, k, asked, told)
            truth = sum(row[s] for s, row in enumerate(obeys)) - costs[told] * mass
            for effort in range(count):
                pays = _paid(data, contract, k, asked, effort)
                best = tuple(row.index(max(row)) for row in pays)
                worth = sum(row[r] for row, r in zip(pays, best, strict=True))
                gain = worth - costs[effort] * mass - truth
                found.append(Temptation(k, told, effort, best, tidy(gain)))
    return found


def _paid(
    data: AcquisitionData,
    contract: Contract,
    k: int,
    asked: Sequence[tuple[Efforts, Number]],
    effort: int,
) -> list[list[Number]]:
    """What agent k is paid on average with each signal if she reports each signal."""
    width = data.signals[k]
    pays: list[list[Number]] = [[0] * width for _ in range(width)]
    for b, often in asked:
        for s, t, p in data.joint((*b[:k], effort, *b[k + 1 :])):
            for r in range(width):
                told = (*s[:k], r, *s[k + 1 :])
                pays[s[k]][r] += often * p * contract.payments[b, told, t][k]
    return pays


class _Program:
    """The linear program over some profiles of efforts."""

    def __init__(
        self,
        problem: Problem,
        cap: Number | None,
        profiles: Sequence[Efforts],
        *,
        state: str = "observed",
        others: str = "seen",
        anonymous: bool = False,
        fixed: Mapping[tuple[int, int], Number] | None = None,
        free: int | None = None,
        budget: Number | None = None,
        slack: Number = 0,
        least: bool = False,
    ) -> None:
        self.slack = slack
        self.problem, self.cap, self.profiles = problem, cap, profiles
        self.state, self.others, self.budget = state, others, budget
        self.anonymous = anonymous
        #: The goal is how often the rarest profile is recommended, and nothing else.
        self.least = least
        data: AcquisitionData = problem.data
        self.data = data
        self.reports = list(data.signal_profiles())
        self.decisions, self.values = _decisions(data, profiles)
        self.program = CertifiedProgram()
        self.share: dict[Efforts, Linear] = {}
        self._recommend(fixed, free)
        self.pay: dict[tuple[Any, ...], int] = {}
        self._payments()
        self.rows: dict[Row, int] = {}
        self._incentives()

    def _recommend(self, fixed: Mapping[tuple[int, int], Number] | None, free: int | None) -> None:
        """How often each profile is recommended, as a linear function of variables."""
        if fixed is None or free is None:
            worth: dict[Efforts, Number] = {}
            for b in self.profiles:
                same = self._same(b)
                worth[same] = worth.get(same, 0) + self.values[b]
            if self.least:
                worth = dict.fromkeys(worth, 0)
            own_of = {same: self.program.variable(gain) for same, gain in worth.items()}
            if self.least:
                rarest = self.program.variable(1, high=1)
                for often in own_of.values():
                    self.program.row([(often, 1), (rarest, -1)], low=0)
            self.share = {b: [(own_of[self._same(b)], 1)] for b in self.profiles}
            self.program.row([(j, a) for one in self.share.values() for j, a in one], low=1, high=1)
            return
        others = [i for i in range(len(self.data.efforts)) if i != free]
        gains: list[Number] = [0] * self.data.efforts[free]
        rest = {
            b: math.prod((fixed[i, b[i]] for i in others), start=Fraction(1)) for b in self.profiles
        }
        for b in self.profiles:
            gains[b[free]] += rest[b] * self.values[b]
        own = [self.program.variable(gain) for gain in gains]
        for b in self.profiles:
            self.share[b] = [(own[b[free]], rest[b])] if rest[b] else []
        self.program.row([(j, 1) for j in own], low=1, high=1)

    def _same(self, b: Efforts) -> Efforts:
        """What stands for all profiles that are recommended as often as this one."""
        return tuple(sorted(b)) if self.anonymous else b

    def key(self, i: int, b: Efforts, s: Signals, t: int) -> tuple[Any, ...]:
        """What a payment to agent i may depend on."""
        if self.anonymous:
            rest = [j for j in range(len(b)) if j != i]
            seen = sorted((b[j], s[j] if self.others == "seen" else None) for j in rest)
            return (b[i], s[i], tuple(seen), t if self.state == "observed" else None)
        return (
            i,
            b,
            s if self.others == "seen" else s[i],
            t if self.state == "observed" else None,
        )

    def _payments(self) -> None:
        weight: dict[tuple[Any, ...], Number] = {}
        owners: dict[tuple[Any, ...], Efforts] = {}
        states = range(len(self.data.prior))
        agents = range(len(self.data.efforts))
        for b in self.profiles:
            if not self.share[b]:
                continue
            chance = {(s, t): p for s, t, p in self.data.joint(b)}
            for s, t, i in itertools.product(self.reports, states, agents):
                key = self.key(i, b, s, t)
                weight[key] = weight.get(key, 0) - chance.get((s, t), 0)
                owners[key] = b
        if len(weight) > _MOST_VARIABLES:
            raise LimitReachedError(f"{len(weight)} payments are more than {_MOST_VARIABLES:,}")
        for key, gain in weight.items():
            j = self.pay[key] = self.program.variable(0 if self.least else gain)
            if self.cap is not None:
                below = [(v, -self.cap * a) for v, a in self.share[owners[key]]]
                self.program.row([(j, 1), *below], high=0)
        if self.budget is None:
            return
        for b, s, t in itertools.product(self.profiles, self.reports, states):
            if self.share[b]:
                paid = [(self.pay[self.key(i, b, s, t)], 1) for i in agents]
                below = [(v, -self.budget * a) for v, a in self.share[b]]
                self.program.row([*paid, *below], high=0)

    def _incentives(self) -> None:
        data = self.data
        for i, count in enumerate(data.efforts):
            for told, effort in itertools.product(range(count), repeat=2):
                asked = [b for b in self.profiles if b[i] == told and self.share[b]]
                if not asked:
                    continue
                costs = self.problem.types[i]
                # Of what she is paid for obeying a share may be misjudged.
                sure = 1 if told == effort else 1 - self.slack
                row: Linear = []
                for b in asked:
                    for s, t, p in data.joint(b):
                        row.append((self.pay[self.key(i, b, s, t)], sure * p))
                for b in asked:
                    row += [(v, (costs[effort] - costs[told]) * a) for v, a in self.share[b]]
                best = [self.program.variable(low=None) for _ in range(data.signals[i])]
                row += [(z, -1) for z in best]
                self.rows[i, told, effort] = self.program.row(row, low=0)
                terms: dict[tuple[int, int], Linear] = {}
                for b in asked:
                    for s, t, p in data.joint((*b[:i], effort, *b[i + 1 :])):
                        for r in range(data.signals[i]):
                            key = self.key(i, b, (*s[:i], r, *s[i + 1 :]), t)
                            terms.setdefault((s[i], r), []).append((self.pay[key], -p))
                for x, r in itertools.product(range(data.signals[i]), repeat=2):
                    self.program.row([(best[x], 1), *terms.get((x, r), [])], low=0)

    def contract(self, found: CertifiedOptimum) -> Contract:
        """The contract of a solution."""
        often = {
            b: sum((a * found.x[j] for j, a in one), start=Fraction(0))
            for b, one in self.share.items()
        }
        if not found.exact:
            often = {b: p if p > 1e-12 else 0 for b, p in often.items()}
            total = sum(often.values())
            often = {b: p / total for b, p in often.items()}
        payments, decisions = {}, {}
        agents = range(len(self.data.efforts))
        for b, p in often.items():
            if not p:
                continue
            for s in self.reports:
                decisions[b, s] = self.decisions[b, s]
                for t in range(len(self.data.prior)):
                    paid = (found.x[self.pay[self.key(i, b, s, t)]] / p for i in agents)
                    most = math.inf if self.cap is None else self.cap
                    payments[b, s, t] = tuple(tidy(min(max(y, 0), most)) for y in paid)
        shown = FrozenMap((b, tidy(p)) for b, p in often.items() if p)
        return Contract(shown, FrozenMap(payments), FrozenMap(decisions))


def _decisions(
    data: AcquisitionData, profiles: Sequence[Efforts]
) -> tuple[dict[tuple[Efforts, Signals], int], dict[Efforts, Number]]:
    """The best action after all reports, and what it is worth on average, for each profile."""
    chosen: dict[tuple[Efforts, Signals], int] = {}
    values: dict[Efforts, Number] = {}
    prior_best = _best_action(data, list(enumerate(data.prior)))[0]
    for b in profiles:
        weights: dict[Signals, list[tuple[int, Number]]] = {}
        for s, t, p in data.joint(b):
            weights.setdefault(s, []).append((t, p))
        total: Number = 0
        for s in data.signal_profiles():
            if s in weights:
                chosen[b, s], value = _best_action(data, weights[s])
                total = total + value
            else:  # never reported by those who obey
                chosen[b, s] = prior_best
        values[b] = total
    return chosen, values


def _best_action(
    data: AcquisitionData, weights: Sequence[tuple[int, Number]]
) -> tuple[int, Number]:
    worth = [sum(p * row[t] for t, p in weights) for row in data.payoff]
    best = max(range(len(worth)), key=worth.__getitem__)
    return best, worth[best]


def cautious_contract(problem: Problem, cap: Number, slack: Number) -> Contract:
    """The best contract that agents still obey if payments for obeying are less by a share.

    For problems that were estimated; where nothing can be demanded so, the cheapest efforts are.
    """
    program = _Program(problem, cap, list(problem.data.effort_profiles()), slack=slack)
    return program.contract(program.program.maximise())


@mechanism("information.acquisition_optimal", setting=_SETTING)
def acquisition_optimal(
    problem: Problem,
    *,
    cap: Annotated[Number, number_in(0)],
    efforts: Literal["correlated", "product", "deterministic"] = "correlated",
    state: Literal["observed", "unobserved"] = "observed",
    others: Literal["seen", "unseen"] = "seen",
    budget: Annotated[Number, number_in(0)] | None = None,
    anonymous: bool = False,
) -> Outcome:
    """The contract that is best for the principal among all that agents obey truthfully.

    No agent gains by another effort with any reports, payments lie between 0 and the cap, and the
    action is the best after the reports.  The program has a row for each agent, effort that she is
    told and effort: their duals are the prices of these temptations, by how much the principal's
    value would grow for each unit of gain that the agent could be allowed.

    Parameters
    ----------
    cap : number
        The most that an agent can be paid.  Without one the best need not exist: it would pay
        without bound where a recommendation is ever rarer.
    efforts : {"correlated", "product", "deterministic"}
        Whether recommendations of different agents may be drawn together; ``product`` draws them
        independently (the value is a lower bound then: the program is no linear one and is improved
        agent by agent), ``deterministic`` always recommends the same.
    state : {"observed", "unobserved"}
        Whether payments may depend on the state, or on reports alone.
    others : {"seen", "unseen"}
        Whether a payment may depend on what the other agents report.
    budget : number, optional
        The most that all agents can be paid together.
    anonymous : bool
        Whether names must not matter: profiles of efforts that differ by names are recommended as
        often, and a payment depends on what the agent was told and reports, and on how many of the
        others were told and report what.  For correlated recommendations to agents with the same
        numbers of efforts and signals.

    Notes
    -----
    With n agents of B efforts and S signals and T states, ``B^n S^n T n`` payments.  Exact numbers
    in give an exact optimum, certified by its dual; ``details["certified"]`` says so.

    Examples
    --------
    Two agents who see the same signal if they work: the second is a rare double check.

    >>> from mechdesign.information import binary_hiring
    >>> problem = binary_hiring(Fraction(7, 10), [Fraction(1, 20)] * 2, common=True)
    >>> found = acquisition_optimal(problem, cap=5)
    >>> found.details["value"], float(found.choice.recommended[1, 1])
    (Fraction(593, 990), 0.010101010101010102)
    """
    if budget is not None and budget < 0:
        raise InvalidInputError("budget", "be nonnegative", budget)
    data: AcquisitionData = problem.data
    everything = list(data.effort_profiles())
    if anonymous:
        _may_be_anonymous(data, efforts)
    options: dict[str, Any] = {"state": state, "others": others, "budget": budget}
    options["anonymous"] = anonymous
    if efforts == "correlated":
        whole = _Program(problem, cap, everything, **options)
        best = whole, whole.program.maximise()
    elif efforts == "deterministic":
        tried = (_solved(_Program(problem, cap, [b], **options)) for b in everything)
        # The cheapest efforts are always obeyed; others may not be worth any payment to some.
        best = max((found for found in tried if found), key=lambda found: found[1].value)
    else:
        best = _product(problem, cap, everything, options)
    program, found = best
    contract = program.contract(found)
    return _outcome(problem, program, found, contract, bound=efforts != "product")


def _may_be_anonymous(data: AcquisitionData, efforts: str) -> None:
    if efforts != "correlated":
        raise InvalidInputError("anonymous", "be false unless efforts are correlated", efforts)
    for name, counts in (("efforts", data.efforts), ("signals", data.signals)):
        if len(set(counts)) > 1:
            raise InvalidInputError(
                "anonymous", f"be false for different numbers of {name}", counts
            )


def _solved(program: _Program) -> tuple[_Program, CertifiedOptimum] | None:
    """The optimum, None where no payments within the cap make agents obey."""
    try:
        return program, program.program.maximise()
    except InfeasibleError:
        return None


def _product(
    problem: Problem, cap: Number, profiles: Sequence[Efforts], options: Mapping[str, Any]
) -> tuple[_Program, CertifiedOptimum]:
    """Improve one agent's distribution after the other, from every profile and from the middle."""
    counts = problem.data.efforts
    starts = [{(i, e): Fraction(int(b[i] == e)) for i, e in _pairs(counts)} for b in profiles]
    starts += [
        {(i, e): Fraction(9 if e == b[i] else 1, 8 + counts[i]) for i, e in _pairs(counts)}
        for b in profiles
    ]
    best: tuple[_Program, CertifiedOptimum] | None = None
    for start in starts:
        fixed: dict[tuple[int, int], Number] = dict(start)
        last: Number | None = None
        for turn in range(_ROUNDS):
            free = turn % len(counts)
            step = _solved(_Program(problem, cap, profiles, fixed=fixed, free=free, **options))
            if step is None:
                break
            own = step[1].x[: counts[free]]
            fixed.update({(free, e): _short(p) for e, p in enumerate(own)})
            if best is None or step[1].value > best[1].value:
                best = step
            if last is not None and turn >= len(counts) and step[1].value <= last:
                break
            last = step[1].value
    assert best is not None
    return best


def _short(p: Number) -> Number:
    """A chance that goes into the next step, without the digits that would pile up."""
    return Fraction(p).limit_denominator(10**6) if isinstance(p, Fraction) else p


def _pairs(counts: Sequence[int]) -> Iterator[tuple[int, int]]:
    return ((i, e) for i, count in enumerate(counts) for e in range(count))


def _outcome(
    problem: Problem,
    program: _Program,
    found: CertifiedOptimum,
    contract: Contract,
    *,
    bound: bool,
) -> Outcome:
    data: AcquisitionData = problem.data
    informed: Number = sum(p * program.values[b] for b, p in contract.recommended.items())
    work: Number = sum(
        p * sum(costs[e] for costs, e in zip(problem.types, b, strict=True))
        for b, p in contract.recommended.items()
    )
    alone = _best_action(data, list(enumerate(data.prior)))[1]
    prices = {
        (problem.agents[i], told, effort): tidy(-found.duals[row])
        for (i, told, effort), row in program.rows.items()
        if told != effort
    }
    paid = informed - found.value
    details = {
        "value": tidy(found.value),
        "information_value": tidy(informed - alone),
        "payments": tidy(paid),
        "cost_of_incentives": tidy(paid - work),
        "prices": FrozenMap(prices),
        "certified": found.exact,
    }
    told = Provenance(
        "information.acquisition_optimal",
        "linear program" if bound else "linear programs, one agent after the other",
        found.exact,
        tolerance=None if found.exact else 1e-9,
        solver="HiGHS",
        bound=found.value if bound else None,
        gap=0 if bound and found.exact else None,
    )
    return Outcome(contract, details=details, provenance=told, problem=problem, setting=_SETTING)
