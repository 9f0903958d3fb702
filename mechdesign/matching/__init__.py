"""Online matching with stochastic rewards: policies, exact values, benchmarks."""

from mechdesign.matching import closed_forms, constants
from mechdesign.matching.benchmarks import BENCHMARKS, Benchmark, benchmark_value
from mechdesign.matching.capacity_balance import CapacityBalance
from mechdesign.matching.configurations import best_configuration, configuration
from mechdesign.matching.discounts import DISCOUNTS, discount
from mechdesign.matching.exact import distribution, expected_loads, expected_reward
from mechdesign.matching.files import ClickLog, click_log, read_clicks, read_graph
from mechdesign.matching.fractional import FractionalBalance
from mechdesign.matching.generators import (
    complete,
    random_instance,
    triangle_then_private,
    upper_triangular,
    z_graph,
)
from mechdesign.matching.instance import Instance
from mechdesign.matching.ladder import Ladder, Rung, bounds
from mechdesign.matching.matching_axioms import (
    EqualFill,
    HalfOfFluid,
    ProbabilityMonotonicity,
)
from mechdesign.matching.named import POLICIES, discounted_balance, named_policy
from mechdesign.matching.offline import best_non_adaptive, clairvoyant, offline, omniscient
from mechdesign.matching.orders import WorstOrder, worst_order
from mechdesign.matching.policies import (
    Balance,
    FullyAdaptive,
    GeneralisedBalance,
    Greedy,
    KeyPolicy,
    NonAdaptive,
    PerturbedGreedy,
    RandomAvailable,
    Ranking,
)
from mechdesign.matching.policy import FunctionPolicy, Policy, View, as_policy
from mechdesign.matching.programs import ProgramBound, fluid, ordered, sequence
from mechdesign.matching.reading import instance
from mechdesign.matching.semi_adaptive import SemiAdaptive
from mechdesign.matching.setting import (
    Online,
    PolicyMechanism,
    balance,
    capacity_balance,
    fractional_balance,
    fully_adaptive,
    generalised_balance,
    goyal_udwani,
    greedy,
    non_adaptive,
    online,
    policy,
    random_available,
    ranking,
    semi_adaptive,
)
from mechdesign.matching.simulate import Estimate, Simulation, simulate
from mechdesign.matching.small_programs import path, threshold

__all__ = [
    # instances
    "Instance",
    "instance",
    "read_graph",
    "read_clicks",
    "click_log",
    "ClickLog",
    "complete",
    "upper_triangular",
    "z_graph",
    "triangle_then_private",
    "random_instance",
    # policies
    "Policy",
    "KeyPolicy",
    "FunctionPolicy",
    "View",
    "as_policy",
    "Greedy",
    "Balance",
    "GeneralisedBalance",
    "FullyAdaptive",
    "RandomAvailable",
    "Ranking",
    "PerturbedGreedy",
    "NonAdaptive",
    "SemiAdaptive",
    "FractionalBalance",
    "CapacityBalance",
    "POLICIES",
    "named_policy",
    "discounted_balance",
    "DISCOUNTS",
    "discount",
    # simulation
    "simulate",
    "Simulation",
    "Estimate",
    "BENCHMARKS",
    "Benchmark",
    "benchmark_value",
    # exact values and benchmarks
    "expected_reward",
    "expected_loads",
    "distribution",
    "clairvoyant",
    "offline",
    "best_non_adaptive",
    "omniscient",
    # linear programmes
    "ProgramBound",
    "fluid",
    "ordered",
    "sequence",
    "configuration",
    "path",
    "threshold",
    "best_configuration",
    "bounds",
    "Ladder",
    "Rung",
    # theory
    "constants",
    "closed_forms",
    # audits
    "worst_order",
    "WorstOrder",
    "HalfOfFluid",
    "ProbabilityMonotonicity",
    "EqualFill",
    # in the shared model
    "Online",
    "online",
    "PolicyMechanism",
    "policy",
    "greedy",
    "balance",
    "generalised_balance",
    "fully_adaptive",
    "random_available",
    "ranking",
    "non_adaptive",
    "semi_adaptive",
    "goyal_udwani",
    "capacity_balance",
    "fractional_balance",
]
