"""Simulation of policies: expected rewards and ratios with confidence intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.policies.protocol import Policy, PolicyLike, policy
from mechdesign.matching.programs.benchmarks import Benchmark, benchmark_value
from mechdesign.matching.simulation.blocks import BLOCK, GROUP, METHODS, Runs, Task, run_task
from mechdesign.model import Number, Seed, as_count, as_list, as_number
from mechdesign.parallel import map_tasks, seed_sequence
from mechdesign.records import dataclass
from mechdesign.stats.intervals import MeanInterval, mean_interval

__all__ = ["Estimate", "Simulation", "simulate"]


@dataclass(frozen=True)
class Estimate:
    """Expected reward, ratio and confidence intervals of one policy.

    Parameters
    ----------
    policy : str
        Its name.
    reward : MeanInterval
        Expected reward with its confidence interval, the load as a control variate.
    plain : MeanInterval
        The same from the rewards alone.
    ratio : MeanInterval or None
        `reward` over the benchmark.
    fill : array, shape (n,)
        Mean successes of every offline vertex, per unit of its capacity.
    gains : array, shape (m,)
        Mean weight won at every arrival.
    rewards : array, shape (runs,)
        The reward of every run; runs of two policies with one number met the same luck.
    """

    policy: str
    reward: MeanInterval
    plain: MeanInterval
    ratio: MeanInterval | None
    fill: Any = field(repr=False)
    gains: Any = field(repr=False)
    rewards: Any = field(repr=False)

    @property
    def variance_reduction(self) -> float:
        """How many times more runs the plain mean would need for the same interval."""
        width = self.reward.high - self.reward.low
        other = self.plain.high - self.plain.low
        return (other / width) ** 2 if width else (math.inf if other else 1.0)


@dataclass(frozen=True)
class Simulation:
    """Policies side by side on one instance, under common random numbers.

    Parameters
    ----------
    instance : Instance
        The graph.
    estimates : tuple of Estimate
        One for each policy.
    runs : int
        How many.
    benchmark : Benchmark or None
        What the ratios are relative to.
    seed : object
        What was given as `rng`; None for a generator.
    antithetic : bool
        Whether runs come in mirrored pairs.
    decisions : tuple of str
        What had to be decided.
    """

    instance: Instance
    estimates: tuple[Estimate, ...]
    runs: int
    benchmark: Benchmark | None
    seed: Any
    antithetic: bool
    decisions: tuple[str, ...] = ()

    def __getitem__(self, policy: str) -> Estimate:
        """The estimate of a policy.

        Raises
        ------
        InvalidInputError
            If it was not simulated.
        """
        for estimate in self.estimates:
            if estimate.policy == policy:
                return estimate
        known = ", ".join(estimate.policy for estimate in self.estimates)
        raise InvalidInputError("policy", f"be one of {known}", policy)

    def difference(self, first: str, second: str) -> MeanInterval:
        """Confidence interval of the difference between two policies, run by run."""
        gap = self[first].rewards - self[second].rewards
        return _interval(gap, self[first].reward.level, self.antithetic)

    def table(self) -> Table:
        """One row for each policy; the ratio names its benchmark."""
        columns = ["policy", "reward", "low", "high"]
        if self.benchmark is not None:
            columns += [f"ratio to {self.benchmark.name}", "ratio low", "ratio high"]
        columns += ["min fill", "Gini of fill"]
        rows = []
        for estimate in self.estimates:
            found = [estimate.reward, estimate.ratio]
            row: list[Any] = [estimate.policy]
            for interval in found:
                if interval is not None:
                    row += [interval.mean, interval.low, interval.high]
            rows.append([*row, float(estimate.fill.min()), gini(estimate.fill)])
        level = self.estimates[0].reward.level
        notes = [f"{self.runs} runs, {level:.0%} confidence intervals"]
        if self.benchmark is not None:
            notes.append(self.benchmark.note())
        return Table(columns, rows, notes=notes)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        graph = self.instance
        data: dict[str, Any] = {
            "offline": graph.n,
            "arrivals": graph.m,
            "edges": graph.edge_count,
            "runs": self.runs,
            "seed": self.seed if isinstance(self.seed, int) else str(self.seed),
            "antithetic": self.antithetic,
            "benchmark": None if self.benchmark is None else self.benchmark.to_dict(),
            "decisions": list(self.decisions),
            "policies": [],
        }
        for estimate in self.estimates:
            data["policies"].append(
                {
                    "policy": estimate.policy,
                    "reward": _plain(estimate.reward),
                    "ratio": None if estimate.ratio is None else _plain(estimate.ratio),
                    # JSON has no infinity, which is what an exact estimate would need.
                    "variance_reduction": (
                        estimate.variance_reduction
                        if math.isfinite(estimate.variance_reduction)
                        else None
                    ),
                    "min_fill": float(estimate.fill.min()),
                    "gini_of_fill": gini(estimate.fill),
                    "fill": {
                        str(u): float(x) for u, x in zip(graph.offline, estimate.fill, strict=True)
                    },
                }
            )
        return data

    def __repr__(self) -> str:
        return self.table().to_text()

    def _repr_html_(self) -> str:
        return self.table().to_html()


def simulate(
    instance: Instance,
    policies: PolicyLike | Iterable[PolicyLike] | Mapping[str, PolicyLike],
    runs: int = 1000,
    *,
    rng: Seed = 0,
    benchmark: str | Number | Benchmark | None = "fluid",
    antithetic: bool = False,
    workers: int = 1,
    method: str = "auto",
    level: float = 0.95,
    progress: Callable[[], object] | None = None,
) -> Simulation:
    """Estimate the expected reward of policies, and their ratio to a benchmark.

    Parameters
    ----------
    instance : Instance
        Any size.
    policies : policy, function, name, or several of them, or dict by name
        See :func:`policy`; the keys of a dict name them.
    runs : int
        At least 2; even if `antithetic`, then at least 4.
    rng : int, SeedSequence or numpy.random.Generator
        The same seed gives the same bytes under any number of workers.
    benchmark : str, number, Benchmark or None
        ``fluid``, ``ordered``, ``sequence``, ``configuration``, ``clairvoyant``, ``offline``,
        ``best_non_adaptive``, ``omniscient``, or a number of one's own.  The ratio is to the
        *proved upper bound* where the value is not exact.
    antithetic : bool
        Let half of the runs mirror the luck of the other half.
    workers : int
        How many processes.
    method : {"auto", "kernel", "batch", "python"}
        ``kernel`` runs the loops, compiled where numba is installed; ``batch`` walks all runs
        through the arrivals at once with numpy; ``python`` asks the policy at every arrival, as is
        done for functions in any case.  All give the same numbers, up to the rounding of sums; a
        tabulated discount may decide a tie within its error otherwise.
    level : float in (0, 1)
        Of the confidence intervals.
    progress : callable, optional
        Called after each of the ``ceil(runs / 512)`` tasks.

    Raises
    ------
    InvalidInputError
        On bad parameters, unknown names, or a policy that picks what it may not.

    Notes
    -----
    One Exp(1) threshold for every offline vertex replaces all coins, exactly and for any
    probabilities.  The expected load of a vertex is its chance of success under every policy (Mehta
    and Panigrahi 2012), so reward minus load has mean zero and serves as a control variate.

    Examples
    --------
    >>> from mechdesign import matching
    >>> found = simulate(matching.upper_triangular(3, 4), ["balance", "ranking"], 2000, rng=1)
    >>> found.benchmark
    <fluid benchmark: 3>
    >>> 0.5 < found["balance"].ratio.mean < 0.7
    True
    """
    if not isinstance(instance, Instance):
        raise InvalidInputError("instance", "be a matching.Instance", instance)
    chosen = _policies(policies)
    count = as_count(runs, "runs", low=4 if antithetic else 2)
    if antithetic and count % 2:
        raise InvalidInputError("runs", "be even for antithetic runs", runs)
    if method not in METHODS:
        raise InvalidInputError("method", f"be one of {', '.join(METHODS)}", method)
    confidence = float(as_number(level, "level"))
    if not 0 < confidence < 1:
        raise InvalidInputError("level", "lie strictly between 0 and 1", level)
    against = benchmark_value(instance, benchmark)
    tasks = _tasks(instance, list(chosen.values()), count, rng, antithetic, method)
    parts = map_tasks(run_task, tasks, workers=workers, step=progress)
    estimates = tuple(
        _estimate(
            name, Runs.joined([part[k] for part in parts]), instance, against, level, antithetic
        )
        for k, name in enumerate(chosen)
    )
    seed = None if isinstance(rng, np.random.Generator) else rng
    return Simulation(instance, estimates, count, against, seed, antithetic, instance.decisions)


def _policies(policies: Any) -> dict[str, Policy]:
    if isinstance(policies, (str, Policy)) or callable(policies):
        policies = [policies]
    named = (
        policies.items()
        if isinstance(policies, Mapping)
        else [(None, p) for p in as_list(policies, "policies")]
    )
    chosen: dict[str, Policy] = {}
    for name, given in named:
        rule = policy(given)
        label = str(name or rule.label)
        if label in chosen:
            raise InvalidInputError("policies", "have distinct names", label)
        chosen[label] = rule
    if not chosen:
        raise InvalidInputError("policies", "have at least one policy", policies)
    return chosen


def _tasks(
    instance: Instance, policies: list[Policy], runs: int, rng: Seed, antithetic: bool, method: str
) -> list[Task]:
    recipes = [None if method == "python" else rule.recipe(instance) for rule in policies]
    sizes = [min(BLOCK, runs - begin) for begin in range(0, runs, BLOCK)]
    seeds = seed_sequence(rng).spawn(len(sizes))
    group = GROUP // BLOCK
    return [
        Task(
            instance,
            policies,
            recipes,
            seeds[begin : begin + group],
            sizes[begin : begin + group],
            antithetic,
            method,
        )
        for begin in range(0, len(sizes), group)
    ]


def _estimate(
    name: str,
    found: Runs,
    instance: Instance,
    against: Benchmark | None,
    level: float,
    antithetic: bool,
) -> Estimate:
    runs = len(found.rewards)
    plain = _interval(found.rewards, level, antithetic)
    noise = found.rewards - found.loads
    reward = plain
    scale = float(np.abs(found.rewards).max(initial=1.0))
    if float(noise.std()) > 1e-12 * scale:
        values, mean_zero = (
            (_paired(found.rewards), _paired(noise)) if antithetic else (found.rewards, noise)
        )
        centred = mean_zero - mean_zero.mean()
        spread = float(centred @ centred)
        slope = float(centred @ (values - values.mean())) / spread if spread else 0.0
        reward = mean_interval(values - slope * mean_zero, level)
    ratio = None
    if against is not None:
        below = float(against.bound)
        if below > 0:
            ratio = MeanInterval(
                reward.mean / below, reward.low / below, reward.high / below, level, reward.samples
            )
    fill = found.fills / (runs * np.array(instance.capacities, dtype=np.float64))
    return Estimate(name, reward, plain, ratio, fill, found.gains / runs, found.rewards)


def _paired(values: Any) -> Any:
    """Means of the mirrored pairs: the second half of each block mirrors the first."""
    parts = []
    for begin in range(0, len(values), BLOCK):
        block = values[begin : begin + BLOCK]
        half = len(block) // 2
        parts.append((block[:half] + block[half:]) / 2)
    return np.concatenate(parts)


def _interval(values: object, level: float, antithetic: bool) -> MeanInterval:
    return mean_interval(_paired(values) if antithetic else values, level)


def gini(values: object) -> float:
    """Gini coefficient of nonnegative values: 0 if all are equal; 0 if all are zero.

    Examples
    --------
    >>> gini([1.0, 1.0]), gini([0.0, 1.0])
    (0.0, 0.5)
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    total = float(ordered.sum())
    if total <= 0:
        return 0.0
    ranks = 2.0 * np.arange(1, len(ordered) + 1) - len(ordered) - 1
    return float(ranks @ ordered) / (len(ordered) * total)


def _plain(interval: MeanInterval) -> dict[str, float]:
    return {"mean": interval.mean, "low": interval.low, "high": interval.high}
