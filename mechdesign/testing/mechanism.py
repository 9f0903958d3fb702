"""The suite that every mechanism is put through."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from mechdesign import axioms
from mechdesign.errors import InvalidInputError, MechDesignError
from mechdesign.model import (
    EvaluatesMany,
    Lottery,
    Mechanism,
    MechanismLike,
    Outcome,
    Problem,
    RationalArray,
    Result,
    Setting,
    all_exact,
    as_mechanism,
)

__all__ = ["MechanismConformance"]

#: What no setting may accept as the data of a problem.
_NONSENSE: tuple[Any, ...] = (
    None,
    "",
    "text",
    [],
    {},
    float("nan"),
    [float("nan")],
    [float("inf")],
)


class MechanismConformance:
    """Tests that any mechanism must pass; subclass it and set the attributes.

    Attributes
    ----------
    mechanism : mechanism, function or identifier
        What to test.
    setting : Setting, optional
        For a function of one's own.
    domain : mapping
        A small domain in the words of :func:`mechdesign.axioms.check`, such as
        ``{"agents": 2, "grid": 4}``.  Its problems are the test cases.
    claims : iterable of str, optional
        Axioms that must hold on the domain; by default those that the mechanism claims.
    exact : bool
        Whether exact reports must give exact utilities.
    bad_inputs : sequence
        Plain data that must be refused, beside the usual nonsense.

    Examples
    --------
    >>> from mechdesign import facility
    >>> class TestMyMedian(MechanismConformance):
    ...     mechanism = staticmethod(lambda x: sorted(x)[len(x) // 2])
    ...     setting = facility.line(0, 1)
    ...     domain = {"agents": 3, "grid": 2}
    ...     claims = ("strategyproofness", "anonymity", "unanimity")
    """

    mechanism: ClassVar[MechanismLike]
    setting: ClassVar[Setting | None] = None
    domain: ClassVar[Mapping[str, Any]]
    claims: ClassVar[Iterable[str] | None] = None
    exact: ClassVar[bool] = True
    bad_inputs: ClassVar[Sequence[Any]] = ()
    #: How many problems of the domain the single-problem tests use.
    cases: ClassVar[int] = 25

    def rule(self) -> Mechanism:
        """The mechanism under test."""
        return as_mechanism(type(self).mechanism, self.setting)

    def place(self) -> Setting:
        """The setting of the tests."""
        return self.setting or self.rule().setting

    def problems(self) -> list[Problem]:
        """Problems spread over the domain."""
        scope = dict(self.domain)
        count = scope.pop("agents")
        domain = self.place().domain(count, **scope)
        every = [indices for _, indices in domain.graded()]
        step = max(1, len(every) // self.cases)
        return [domain.problem(indices) for indices in every[::step]]

    def solve(self, problem: Problem, seed: int = 7) -> Result:
        """The result at a problem, with a fixed seed."""
        return self.rule().solve(problem, rng=np.random.default_rng(seed))

    # ------------------------------------------------------------------------ the suite

    def test_has_a_name_and_a_short_repr(self) -> None:
        """The name is not empty and the repr of results fits on a screen."""
        assert self.rule().name
        for problem in self.problems():
            assert len(repr(self.solve(problem)).splitlines()) <= 10

    def test_results_are_feasible_outcomes(self) -> None:
        """Every outcome that may be chosen is feasible."""
        for problem in self.problems():
            for outcome in _outcomes(self.solve(problem)):
                assert isinstance(outcome, Outcome)
                assert self.place().feasible(problem, outcome), problem

    def test_same_seed_gives_the_same_result(self) -> None:
        """Two calls with one seed agree."""
        for problem in self.problems():
            assert self.solve(problem) == self.solve(problem)

    def test_pickles(self) -> None:
        """The results pickle, and so does the mechanism, unless it is a lambda."""
        results = [self.solve(problem) for problem in self.problems()]
        assert pickle.loads(pickle.dumps(results)) == results
        if _is_importable(type(self).mechanism):
            again = pickle.loads(pickle.dumps(self.rule()))
            assert [
                again.solve(p, rng=np.random.default_rng(7)) for p in self.problems()
            ] == results

    def test_results_survive_json(self) -> None:
        """What is written to a dict is read back equal."""
        for problem in self.problems():
            result = self.solve(problem)
            assert type(result).from_dict(result.to_dict()) == result

    def test_does_not_change_its_input(self) -> None:
        """Neither the problem nor the plain data are changed."""
        for problem in self.problems():
            before = copy.deepcopy(problem)
            plain = self.place().plain(problem)
            kept = copy.deepcopy(plain)
            self.solve(problem)
            assert problem == before
            assert _equal(plain, kept)

    def renamed(self, problem: Problem, labels: tuple[str, ...]) -> Problem:
        """The problem with other names for the agents, in its data too where they name agents."""
        return replace(problem, agents=labels)

    def test_labels_survive(self) -> None:
        """With other names for the agents the utilities are the same, under those names."""
        for problem in self.problems():
            labels = tuple(f"agent {chr(97 + k)}" for k in range(len(problem)))
            named = self.renamed(problem, labels)
            first, second = self.solve(problem), self.solve(named)
            assert tuple(second.utilities) == labels
            if not self.rule().randomised:
                assert list(second.utilities.values()) == list(first.utilities.values())

    def test_exact_in_exact_out(self) -> None:
        """Exact reports give exact utilities and payments."""
        if not self.exact:
            return
        for problem in self.problems():
            result = self.solve(problem)
            if self.place().cardinal:
                assert all_exact(result.utilities.values()), problem
            for outcome in _outcomes(result):
                assert all_exact((outcome.payments or {}).values()), problem

    def test_refuses_nonsense(self) -> None:
        """Bad input is refused with one clear error of the package."""
        for data in (*_NONSENSE, *self.bad_inputs):
            refused: MechDesignError | None = None
            try:
                self.rule()(data)
            except MechDesignError as error:
                refused = error
            assert isinstance(refused, InvalidInputError), f"{data!r} gave {refused!r}"

    def test_batches_equal_single_calls(self) -> None:
        """``evaluate_many`` agrees with one call at a time, where there is one."""
        rule: Any = self.rule()
        if not isinstance(rule, EvaluatesMany):
            return
        problems = [p for p in self.problems() if all_exact(p.types)]
        if not problems:
            return
        flat = RationalArray.from_values(t for p in problems for t in p.types)
        batch = rule.evaluate_many(flat.reshape(len(problems), -1))
        singles = [self.solve(problem) for problem in problems]
        if isinstance(batch, RationalArray) and len(batch.shape) == 1:
            assert batch.tolist() == [single.choice for single in singles]  # type: ignore[union-attr]

    def test_keeps_its_claims(self) -> None:
        """Every axiom that it claims holds on the domain."""
        claimed = self.rule().claims if self.claims is None else self.claims
        for axiom in claimed:
            verdict = axioms.check(
                axiom, type(self).mechanism, setting=self.setting, **dict(self.domain)
            )
            assert verdict.holds, verdict


def _outcomes(result: Result) -> list[Outcome]:
    return [outcome for _, outcome in result] if isinstance(result, Lottery) else [result]


def _is_importable(rule: MechanismLike) -> bool:
    return isinstance(rule, (str, Mechanism)) or "<" not in getattr(rule, "__qualname__", "<")


def _equal(first: Any, second: Any) -> bool:
    if isinstance(first, np.ndarray):
        return bool(np.array_equal(first, second))
    return bool(np.all(first == second)) if hasattr(first, "all") else bool(first == second)
