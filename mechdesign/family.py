"""The door for families: what each of them brings, by names that are resolved when they are used.

The package's own families and those of other distributions come through the same door.  Another
one names its :class:`Family` as an entry point of the group ``mechdesign.families``.
"""

from __future__ import annotations

import functools
import importlib
import warnings
from collections.abc import Mapping
from dataclasses import field
from types import ModuleType
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.records import dataclass

__all__ = ["Command", "Family", "families", "resolve"]

GROUP = "mechdesign.families"


def resolve(name: str) -> Any:
    """What a name stands for: a module, or after a colon something in it.

    Examples
    --------
    >>> resolve("fractions:Fraction")
    <class 'fractions.Fraction'>
    """
    module, _, attribute = name.partition(":")
    found = importlib.import_module(module)
    return getattr(found, attribute) if attribute else found


@dataclass(frozen=True)
class Command:
    """A verb of the command line.

    Parameters
    ----------
    verb : str
        ``solve`` and ``simulate`` are followed by the family's name; any other is a verb of its
        own.
    summary : str
        One line of help.
    target : str
        Name of a function of an ``argparse`` parser: it adds the arguments and returns the
        function that runs them.  Its docstring is the description.
    """

    verb: str
    summary: str
    target: str


@dataclass(frozen=True)
class Family:
    """What a family of mechanisms brings.

    All names are those of a module, as in ``"jury.plots"``, or of something in it, as in
    ``"jury.studies:majority_wins"``; they are imported when they are used.

    Parameters
    ----------
    name : str
        How the identifiers of its mechanisms begin.
    summary : str
        One line.
    module : str
        Importing it registers the mechanisms, with their settings, and the axioms.
    catalogue : str, optional
        A TOML file in a package, as in ``"jury:catalogue.toml"``; see
        :mod:`mechdesign.axioms.catalogue`.
    plots, datasets : str, optional
        Modules whose ``__all__`` names plots and data sets.
    studies : tuple of str
        Ready experiments for :func:`mechdesign.experiments.sweep`.
    claims : str, optional
        A tuple of :class:`mechdesign.experiments.Claim`.
    commands : tuple of Command
        Verbs of the command line.
    demo : str, optional
        A function that returns a list of titles and results for ``mechdesign demo``.
    reports : mapping of str to str
        For kinds of files the functions of a path and its source that report on one.
    conversions : mapping of (str, str) to str
        For pairs of kinds of files the functions that turn the content of one into the other;
        they return it with what they decided and what is lost.  From a kind to itself: refuses
        what is none.
    aliases : mapping of str to str
        Usual short names of mechanisms: ``get("allocation.da")`` is that of the long one.
    """

    name: str
    summary: str
    module: str
    catalogue: str = ""
    plots: str = ""
    datasets: str = ""
    studies: tuple[str, ...] = ()
    claims: str = ""
    commands: tuple[Command, ...] = ()
    demo: str = ""
    reports: Mapping[str, str] = field(default_factory=dict)
    conversions: Mapping[tuple[str, str], str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)

    def load(self) -> ModuleType:
        """The module, imported so that everything in it is registered."""
        return importlib.import_module(self.module)


FACILITY = Family(
    "facility",
    "where to put a public facility",
    "mechdesign.facility",
    catalogue="mechdesign.facility:catalogue.toml",
    plots="mechdesign.facility.plots",
    studies=("mechdesign.facility.studies:facility_ratio",),
    claims="mechdesign.facility.claims:CLAIMS",
    commands=(
        Command(
            "solve",
            "place a facility on a line and report welfare, costs and fairness",
            "mechdesign.facility.commands:solve",
        ),
    ),
    demo="mechdesign.facility.commands:demo",
)
AUCTIONS = Family(
    "auctions",
    "positions for advertisers: slots and generated content",
    "mechdesign.auctions",
    catalogue="mechdesign.auctions:catalogue.toml",
    plots="mechdesign.auctions.plots",
    datasets="mechdesign.auctions.datasets",
    studies=("mechdesign.auctions.studies:auctions_revenue",),
    claims="mechdesign.auctions.claims:CLAIMS",
    commands=(
        Command(
            "solve",
            "place sponsored creatives in generated content: who is shown where, who pays what",
            "mechdesign.auctions.commands:solve",
        ),
        Command(
            "simulate",
            "let users read an answer with its ads and click",
            "mechdesign.auctions.commands:simulate",
        ),
    ),
    demo="mechdesign.auctions.commands:demo",
)
MATCHING = Family(
    "matching",
    "arrivals matched online, with rewards that may fail",
    "mechdesign.matching",
    catalogue="mechdesign.matching:catalogue.toml",
    plots="mechdesign.matching.plots",
    studies=("mechdesign.matching.studies:matching_ratio",),
    claims="mechdesign.matching.claims:CLAIMS",
    commands=(
        Command(
            "solve",
            "bound what any policy can earn on a graph",
            "mechdesign.matching.commands:solve",
        ),
        Command(
            "simulate",
            "simulate policies on a graph and compare them with a benchmark",
            "mechdesign.matching.commands:simulate",
        ),
    ),
)
AGGREGATION = Family(
    "aggregation",
    "one ranking out of many, or out of tables of scores",
    "mechdesign.aggregation",
    catalogue="mechdesign.aggregation:catalogue.toml",
    plots="mechdesign.aggregation.plots",
    datasets="mechdesign.aggregation.datasets",
    studies=(
        "mechdesign.aggregation.studies:aggregation_recovery",
        "mechdesign.aggregation.studies:aggregation_agreement",
    ),
    claims="mechdesign.aggregation.claims:CLAIMS",
    commands=(
        Command(
            "rank", "rank the systems of a benchmark table", "mechdesign.aggregation.commands:rank"
        ),
        Command(
            "count",
            "count an election in rounds: who is elected, where the votes went",
            "mechdesign.aggregation.commands:count",
        ),
    ),
    demo="mechdesign.aggregation.commands:demo",
    reports={
        "table": "mechdesign.aggregation.pages.files:table_page",
        "rankings": "mechdesign.aggregation.pages.files:rankings_page",
    },
    conversions={("table", "rankings"): "mechdesign.aggregation.commands:ballots_of_scores"},
)
BARGAINING = Family(
    "bargaining",
    "packages within a budget, negotiated or elected",
    "mechdesign.bargaining",
    catalogue="mechdesign.bargaining:catalogue.toml",
    plots="mechdesign.bargaining.plots",
    datasets="mechdesign.bargaining.datasets",
    studies=("mechdesign.bargaining.studies:bargaining_price",),
    claims="mechdesign.bargaining.claims:CLAIMS",
    commands=(
        Command(
            "solve",
            "choose a package within a budget, negotiate one, or decide a participatory budget",
            "mechdesign.bargaining.commands:solve",
        ),
    ),
    reports={
        "bargaining": "mechdesign.bargaining.pages.files:problem_page",
        "election": "mechdesign.bargaining.pages.files:election_page",
        "ratings": "mechdesign.bargaining.pages.files:sheet_page",
    },
    conversions={("bargaining", "bargaining"): "mechdesign.bargaining.commands:checked_problem"},
)
PREFERENCE_GAMES = Family(
    "preference_games",
    "comparisons in pairs, and the lottery that nothing beats",
    "mechdesign.preference_games",
    catalogue="mechdesign.preference_games:catalogue.toml",
    plots="mechdesign.preference_games.plots",
    studies=("mechdesign.preference_games.studies:preference_games_beta",),
    claims="mechdesign.preference_games.claims:CLAIMS",
    commands=(
        Command(
            "solve",
            "find the lottery that nothing beats, from a log of comparisons",
            "mechdesign.preference_games.commands:solve",
        ),
        Command(
            "simulate",
            "run learning rules on a game and hold them against their proven rates",
            "mechdesign.preference_games.commands:simulate",
        ),
    ),
)
COALITIONAL = Family(
    "coalitional",
    "games of coalitions: values, power, the core, and sharing a cost",
    "mechdesign.coalitional",
    catalogue="mechdesign.coalitional:catalogue.toml",
    plots="mechdesign.coalitional.plots",
    studies=("mechdesign.coalitional.studies:coalitional_welfare",),
    claims="mechdesign.coalitional.claims:CLAIMS",
    commands=(
        Command(
            "solve",
            "divide what coalitions are worth, measure power, or share the cost of a service",
            "mechdesign.coalitional.commands:solve",
        ),
    ),
)
PLURALISTIC = Family(
    "pluralistic",
    "several groups with different utilities, one policy for all",
    "mechdesign.pluralistic",
    catalogue="mechdesign.pluralistic:catalogue.toml",
    plots="mechdesign.pluralistic.plots",
    studies=(
        "mechdesign.pluralistic.studies:pluralistic_joining",
        "mechdesign.pluralistic.studies:pluralistic_minority",
    ),
    claims="mechdesign.pluralistic.claims:CLAIMS",
    commands=(
        Command(
            "solve",
            "choose one policy for several groups, by several rules",
            "mechdesign.pluralistic.commands:solve",
        ),
    ),
)

APPORTIONMENT = Family(
    "apportionment",
    "seats for parties or states in proportion to votes",
    "mechdesign.apportionment",
    catalogue="mechdesign.apportionment:catalogue.toml",
    plots="mechdesign.apportionment.plots",
    claims="mechdesign.apportionment.claims:CLAIMS",
    commands=(
        Command(
            "seats",
            "divide the seats of a house among parties",
            "mechdesign.apportionment.commands:seats",
        ),
    ),
)
COMMITTEES = Family(
    "committees",
    "approval ballots, and committees that represent the voters",
    "mechdesign.committees",
    catalogue="mechdesign.committees:catalogue.toml",
    plots="mechdesign.committees.plots",
    claims="mechdesign.committees.claims:CLAIMS",
    commands=(
        Command(
            "solve",
            "elect a committee from approval ballots, by several rules",
            "mechdesign.committees.commands:solve",
        ),
    ),
)
INFORMATION = Family(
    "information",
    "paying for information, revealing it, and learning from each other",
    "mechdesign.information",
    catalogue="mechdesign.information:catalogue.toml",
    plots="mechdesign.information.plots",
    studies=("mechdesign.information.studies:information_regret",),
    claims="mechdesign.information.claims:CLAIMS",
    commands=(
        Command(
            "solve",
            "hire agents who must be paid to find out, or decide what to tell receivers",
            "mechdesign.information.commands:solve",
        ),
        Command(
            "simulate",
            "let agents learn from each other while a planner sets how much they see",
            "mechdesign.information.commands:simulate",
        ),
    ),
)
ALLOCATION = Family(
    "allocation",
    "who gets what without money: stable matchings, places, houses, goods",
    "mechdesign.allocation",
    catalogue="mechdesign.allocation:catalogue.toml",
    plots="mechdesign.allocation.plots",
    studies=("mechdesign.allocation.studies:allocation_places",),
    claims="mechdesign.allocation.claims:CLAIMS",
    commands=(
        Command(
            "solve",
            "match two sides, assign places and houses, or divide goods",
            "mechdesign.allocation.commands:solve",
        ),
    ),
    aliases={
        "da": "deferred_acceptance",
        "ttc": "top_trading_cycles",
        "rsd": "random_serial_dictatorship",
        "ps": "probabilistic_serial",
        "mnw": "max_nash_welfare",
        "eada": "efficiency_adjusted",
    },
)
TAXATION = Family(
    "taxation",
    "taxes on incomes whose skill only the workers know",
    "mechdesign.taxation",
    catalogue="mechdesign.taxation:catalogue.toml",
    plots="mechdesign.taxation.plots",
    claims="mechdesign.taxation.claims:CLAIMS",
    commands=(
        Command(
            "solve",
            "compare taxes on the workers of a table, or let them vote over schedules",
            "mechdesign.taxation.commands:solve",
        ),
    ),
)
ELECTIONS = Family(
    "elections",
    "where candidates should stand: platforms, majorities, conjoint choices",
    "mechdesign.elections",
    catalogue="mechdesign.elections:catalogue.toml",
    plots="mechdesign.elections.plots",
    claims="mechdesign.elections.claims:CLAIMS",
    commands=(
        Command(
            "solve",
            "say where candidates should stand before voters, or by their conjoint choices",
            "mechdesign.elections.commands:solve",
        ),
    ),
)
GAMES = Family(
    "games",
    "small games solved exactly, and which of their outcomes to choose",
    "mechdesign.games",
    catalogue="mechdesign.games:catalogue.toml",
    plots="mechdesign.games.plots",
    claims="mechdesign.games.claims:CLAIMS",
    commands=(
        Command(
            "solve",
            "solve a small game: equilibria, dominance, which profile to choose",
            "mechdesign.games.commands:solve",
        ),
        Command(
            "simulate",
            "let agents play an environment: efficiency, fairness, rationality",
            "mechdesign.games.commands:simulate",
        ),
    ),
)

#: In the order in which the documentation treats them.  They are here, and not only entry points,
#: so that a source tree needs no installation and a name of theirs no look at what is installed.
_OWN = {
    one.name: one
    for one in (
        FACILITY,
        AUCTIONS,
        MATCHING,
        AGGREGATION,
        BARGAINING,
        PREFERENCE_GAMES,
        COALITIONAL,
        PLURALISTIC,
        APPORTIONMENT,
        COMMITTEES,
        INFORMATION,
        ALLOCATION,
        TAXATION,
        GAMES,
        ELECTIONS,
    )
}


def families(name: str | None = None) -> tuple[Family, ...]:
    """The families, those of other distributions included, or the one of a name.

    Parameters
    ----------
    name : str, optional
        A family; by default all of them.

    Raises
    ------
    InvalidInputError
        If there is no such family.

    Examples
    --------
    >>> [family.name for family in families("facility")]
    ['facility']
    """
    if name is None:
        return (*_OWN.values(), *_installed().values())
    found = find_family(name) if isinstance(name, str) else None
    if found is None:
        known = ", ".join(family.name for family in families())
        raise InvalidInputError("family", f"be one of {known}", name)
    return (found,)


def find_family(name: str) -> Family | None:
    """The family of a name, if there is one; installed ones are asked last."""
    return _OWN.get(name) or _installed().get(name)


@functools.cache
def _installed() -> dict[str, Family]:
    """The families of other distributions; one that cannot be used is left out with a warning."""
    from importlib.metadata import entry_points

    found: dict[str, Family] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        if entry.value.startswith(f"{__name__}:"):
            continue
        try:
            family = entry.load()
            if not isinstance(family, Family):
                raise TypeError(f"{entry.value} is no Family")
            if family.name != entry.name or not entry.name.isidentifier():
                raise ValueError(f"it calls itself {family.name!r}")
            if family.name in _OWN or family.name in found:
                raise ValueError("there is a family of that name already")
        except Exception as error:  # whatever another distribution does when it is imported
            text = f"the family {entry.name} ({entry.value}) is left out: {error}"
            warnings.warn(text, stacklevel=3)
            continue
        found[family.name] = family
    return found
