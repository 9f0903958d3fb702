"""Bargaining over packages within a budget, and participatory budgeting.

Problems, classical solutions, negotiation and reports; elections over projects, the Method of Equal
Shares and its rivals, and the objections that groups of voters may have.
"""

from mechdesign.bargaining import (
    certificates,
    growth_axioms,
    part_axioms,
    project_axioms,
    reserve_axioms,
)
from mechdesign.bargaining.alternating import alternating_offers, rubinstein_shares
from mechdesign.bargaining.budgeting import greedy, sequential_phragmen
from mechdesign.bargaining.cohesion import NOTIONS, Objection, objection
from mechdesign.bargaining.concessions import CONCESSIONS, monotonic_concession
from mechdesign.bargaining.data import Additive, Menu, Modules, Rubric
from mechdesign.bargaining.disagreement import (
    Disagreement,
    disagreement,
    discussion_shift,
    divergence,
    rank_reversals,
)
from mechdesign.bargaining.documents import (
    from_document,
    read_problem,
    to_document,
    write_problem,
)
from mechdesign.bargaining.elections import election, read_election
from mechdesign.bargaining.equal_shares import equal_shares
from mechdesign.bargaining.lottery_rules import LOTTERY_RULES, LotteryRule, lottery_rule
from mechdesign.bargaining.mixtures import Mixtures, mixtures
from mechdesign.bargaining.official import OFFICIAL_RULES, official_rule
from mechdesign.bargaining.packages import Packages, packages
from mechdesign.bargaining.policies import BoundedConcession, Policy, Question
from mechdesign.bargaining.programs import PROGRAMS, program
from mechdesign.bargaining.project_selection import ProjectSelection, project_selection
from mechdesign.bargaining.projects import Projects
from mechdesign.bargaining.raiffa import raiffa_path
from mechdesign.bargaining.ratings import Ratings, group_utilities, ratings, read_ratings
from mechdesign.bargaining.reading import menu, modules
from mechdesign.bargaining.reports import (
    Metrics,
    Report,
    atkinson,
    best_base,
    metrics,
    price_of_fairness,
    report,
    theil,
)
from mechdesign.bargaining.rubrics import rubric
from mechdesign.bargaining.rules import (
    egalitarian,
    equal_loss,
    kalai_smorodinsky,
    nash,
    utilitarian,
)
from mechdesign.bargaining.setting import NO_AGREEMENT, PackageChoice, package_choice
from mechdesign.bargaining.single_text import mediate, moves, single_text
from mechdesign.bargaining.trace import Negotiation, Round
from mechdesign.bargaining.welfare_budgets import (
    leximin_welfare,
    max_nash_welfare,
    max_utilitarian_welfare,
)

__all__ = [
    # axioms and proofs, registered by these modules
    "certificates",
    "growth_axioms",
    "part_axioms",
    "project_axioms",
    "reserve_axioms",
    # problems
    "menu",
    "modules",
    "rubric",
    "from_document",
    "to_document",
    "read_problem",
    "write_problem",
    "Menu",
    "Modules",
    "Additive",
    "Rubric",
    "Packages",
    "packages",
    "PackageChoice",
    "package_choice",
    "NO_AGREEMENT",
    # solutions on packages
    "utilitarian",
    "nash",
    "egalitarian",
    "kalai_smorodinsky",
    "equal_loss",
    "program",
    "PROGRAMS",
    # solutions on lotteries
    "lottery_rule",
    "LotteryRule",
    "LOTTERY_RULES",
    "mixtures",
    "Mixtures",
    "raiffa_path",
    # what a package means
    "best_base",
    "metrics",
    "price_of_fairness",
    "report",
    "Metrics",
    "Report",
    "theil",
    "atkinson",
    # negotiation
    "mediate",
    "single_text",
    "moves",
    "Question",
    "Policy",
    "BoundedConcession",
    "monotonic_concession",
    "CONCESSIONS",
    "alternating_offers",
    "rubinstein_shares",
    "Negotiation",
    "Round",
    # disagreement as a signal
    "ratings",
    "read_ratings",
    "Ratings",
    "disagreement",
    "Disagreement",
    "divergence",
    "discussion_shift",
    "rank_reversals",
    "group_utilities",
    # participatory budgeting
    "election",
    "read_election",
    "Projects",
    "ProjectSelection",
    "project_selection",
    "equal_shares",
    "greedy",
    "sequential_phragmen",
    "max_utilitarian_welfare",
    "max_nash_welfare",
    "leximin_welfare",
    "official_rule",
    "OFFICIAL_RULES",
    "objection",
    "Objection",
    "NOTIONS",
]
