"""What rank aggregation adds to the command line."""

from __future__ import annotations

import argparse
import hashlib
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias, get_args

from mechdesign.aggregation.analysis.comparison import Comparison, compare
from mechdesign.aggregation.analysis.counted_elections import (
    CountedByQuotients,
    CountedElection,
    count_by_quotients,
    count_election,
)
from mechdesign.aggregation.analysis.few_ballots import paradoxes
from mechdesign.aggregation.analysis.groups import grouped
from mechdesign.aggregation.counting_rounds.rule_sets import (
    COUNT_PARTS,
    COUNT_RULES,
    count_rule,
)
from mechdesign.aggregation.counting_rounds.stages import TableStyle
from mechdesign.aggregation.counting_rounds.transferable_votes import election
from mechdesign.aggregation.profiles.problems import RankingData, ScoreData, profile_of
from mechdesign.aggregation.reading import named, read
from mechdesign.aggregation.settings import Rankings
from mechdesign.aggregation.tables.reading_scores import score_table
from mechdesign.aggregation.uncertainty.arenas import (
    ArenaRatings,
    arena_ratings,
    clustered_ratings,
)
from mechdesign.cli.ballots import (
    BALLOT_OPTIONS,
    TABLE_OPTIONS,
    add_ballot_options,
    add_table_options,
)
from mechdesign.errors import InvalidInputError, MechDesignError
from mechdesign.io import Table
from mechdesign.io.grids import Grid
from mechdesign.io.preflib import Ballots
from mechdesign.io.score_tables import read_grid
from mechdesign.model import Lottery, Number, Problem, parse_number, ratio, split_names

__all__ = ["ballots_of_scores", "count", "demo", "rank"]


#: How battles become ratings.
_ARENA: dict[str, dict[str, Any]] = {
    "ties": {
        "choices": ("half", "davidson", "rao_kupper"),
        "help": "battles: a tie is half a win of each, or has a likelihood of its own",
    },
    "ridge": {"type": float, "metavar": "L", "help": "battles: draw ratings to their mean"},
    "intervals": {
        "choices": ("sandwich", "bootstrap"),
        "help": "battles: by the robust covariance, or by resampled battles",
    },
    "samples": {"type": int, "metavar": "N", "help": "battles: of --intervals bootstrap"},
    "level": {"type": float, "metavar": "P", "help": "battles: of the intervals (default .95)"},
    "anchor": {"metavar": "NAME:RATING", "help": "battles: who has which rating"},
    "cluster": {
        "metavar": "COLUMN",
        "help": "battles: those of one prompt or judge belong together, for the intervals",
    },
}
#: The parts of a rule that can be said by themselves; --overvote says what equal ranks are.
_PARTS = ("quota", "transfer", "papers", "divided", "exclusion", "ties", "parcels", "cut")


def rank(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], Any]:
    """Rank the systems of a benchmark, or candidates by ballots, by several rules.

    FILE is a table of scores, of pairwise battles or wins, of ballots (answers to a form, counted
    ballots, a grid of ranks), or a file of ballots: PrefLib (.soc, .soi, .toc, .toi, .cat), BLT,
    ABIF, .rankings, .cvotes, .nameq, .stv, a Debian tally sheet (.txt). What it was taken for is
    said on standard error; a table that could be two things is refused with the flag that decides.
    """
    parser.add_argument("file", help="a table or a file of ballots; - is a table on standard input")
    add_ballot_options(parser)
    parser.add_argument(
        "--mechanism",
        "--rule",
        default=None,
        help="comma-separated rules; by default mean,borda,copeland,kemeny, and ratings with "
        "intervals for battles",
    )
    add_table_options(parser)
    for name, options in _ARENA.items():
        parser.add_argument(f"--{name}", **options)
    parser.add_argument(
        "--weights",
        metavar="TASK=W,...",
        help="weights of tasks, as TASK=W,TASK=W or a TOML file",
    )
    parser.add_argument(
        "--groups",
        metavar="FILE",
        help="a TOML file with [groups] NAME = [tasks] and optionally rules = [outer, inner]",
    )
    parser.add_argument(
        "--bootstrap", type=int, metavar="N", help="resample the tasks N times for rank intervals"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the bootstrap")
    parser.add_argument("--workers", type=int, default=1, help="processes of the bootstrap")
    parser.add_argument(
        "--time-limit",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="for Kemeny's rule; what is proved by then is shown (default 60)",
    )
    return _rank


_Counted: TypeAlias = CountedElection | CountedByQuotients


def count(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], _Counted]:
    """Count an election: who is elected, and every stage as election offices print them.

    FILE holds ballots, in any format that `rank` reads. Transfers, exhausted votes and rounding
    sum to the votes cast in every stage; numbers are exact in --json, and shown to five decimals.
    The rule is a set of parts, each of which can be said by itself. A report of one page with the
    transfers as a picture: -o page.html. Exit code 3 where an open tie decides who is elected.
    """
    parser.add_argument("file", help="a file or a table of ballots; - is a table on standard input")
    parser.add_argument(
        "--seats", type=int, help="how many are elected; by default what the file says, else 1"
    )
    parser.add_argument(
        "--rule",
        choices=(*COUNT_RULES, "qpq"),
        help="by default irv for one seat, wigm for several",
    )
    for name in _PARTS:
        choices = COUNT_PARTS[name]
        parser.add_argument(
            f"--{name.replace('_', '-')}", choices=choices, help="instead of what the rule says"
        )
    parser.add_argument("--decimals", type=int, metavar="N", help="cut values of papers off")
    parser.add_argument(
        "--order", metavar="NAME;NAME", help="for ties: whoever is named first is kept"
    )
    parser.add_argument("--seed", type=int, help="draws papers and lots")
    parser.add_argument(
        "--counts", type=int, default=0, metavar="N", help="count N times where papers are drawn"
    )
    parser.add_argument(
        "--margin",
        type=float,
        metavar="S",
        help="S seconds for the fewest changed ballots of an instant runoff with another winner",
    )
    parser.add_argument(
        "--paradoxes",
        action="store_true",
        help="one seat: whether voters with one ballot gain by staying away, harm a winner whom "
        "they put first, or losers change the winner by leaving",
    )
    parser.add_argument(
        "--style",
        choices=get_args(TableStyle),
        default="stages",
        help="of --csv: stages with changes, totals only, or the columns of tabulators in the US",
    )
    parser.add_argument(
        "--no-compare", dest="compare", action="store_false", help="do not ask other rules"
    )
    add_ballot_options(parser)
    return _count


def _count(args: argparse.Namespace) -> _Counted:
    given = {w: getattr(args, w) for w in BALLOT_OPTIONS if getattr(args, w) is not None}
    problem = election(args.file, seats=args.seats, **given)
    rule = args.rule or ("irv" if problem.data.seats == 1 else "wigm")
    parts = {name: getattr(args, name) for name in (*_PARTS, "decimals")}
    if rule == "qpq":
        asked = {**parts, "order": args.order, "counts": args.counts or None}
        asked |= {"margin": args.margin, "seed": args.seed, "paradoxes": args.paradoxes or None}
        odd = {f"--{name}": value for name, value in asked.items() if value is not None}
        if odd:
            told = "be left out with --rule qpq"
            raise InvalidInputError(", ".join(odd), told, list(odd.values()))
        return count_by_quotients(problem, compare=args.compare)
    order = [name.strip() for name in args.order.split(";")] if args.order else None
    found = count_election(
        problem,
        rule=count_rule(rule, **parts),
        compare=args.compare,
        counts=args.counts,
        rng=args.seed,
        order=order,
        margin=args.margin,
    )
    if args.paradoxes:
        if problem.data.seats != 1:
            raise InvalidInputError("--paradoxes", "be asked of one seat", problem.data.seats)
        found.paradoxes = paradoxes(problem)
    return PrintedCount(found, args.file, args.style)


class PrintedCount(CountedElection):
    """A count whose HTML form is a report.

    Parameters
    ----------
    found : CountedElection
        The count.
    file : str
        What it is of.
    style : {"stages", "short", "us"}
        Of its table.
    """

    def __init__(self, found: CountedElection, file: str, style: TableStyle) -> None:
        parts = (found.others, found.chances, found.margin, found.paradoxes)
        super().__init__(found.count, found.name, *parts)
        self.file, self.style = file, style

    def table(self) -> Table:
        """All stages in one table."""
        return self.count.table(style=self.style)

    def to_html(self) -> str:
        """The report as one HTML page."""
        from mechdesign.aggregation.pages.election_pages import pages_of_count
        from mechdesign.report.parts import Source

        path = Path(self.file)
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        return pages_of_count(self, Source(path.name, digest)).to_html()


def demo() -> list[tuple[str, Comparison]]:
    """The rules side by side on the published tables."""
    from mechdesign.aggregation.datasets import bert_glue, roberta_glue

    return [
        ("GLUE test ensembles (Liu et al. 2019)", compare(roberta_glue())),
        ("GLUE test results (Devlin et al. 2019)", compare(bert_glue())),
    ]


def ballots_of_scores(
    grid: Grid, **options: object
) -> tuple[Ballots, tuple[str, ...], tuple[str, ...]]:
    """The ballots of a table, or the order of the systems in every task; equal ones merged."""
    problem = read(grid, **options)
    scored = isinstance(problem.data, ScoreData)
    profile = profile_of(problem)
    number = {label: k for k, label in enumerate(profile.alternatives, 1)}
    orders: dict[Any, Any] = {}
    for count, ranking in zip(profile.weights(), profile.rankings(), strict=True):
        order = tuple(tuple(sorted(number[x] for x in tier)) for tier in ranking)
        if count and (order or not scored):
            orders[order] = orders.get(order, 0) + count
    names = tuple(map(str, profile.alternatives))
    ballots = Ballots(names, tuple((n, order) for order, n in orders.items()))
    lost = ("the scores, of which the order in each task remains", "the names of the tasks")
    return ballots, problem.data.decisions, lost if scored else ()


def _rank(args: argparse.Namespace) -> Any:
    options = {w: getattr(args, w) for w in TABLE_OPTIONS if getattr(args, w) is not None}
    if args.weights:
        options["weights"] = _weights(args.weights)
    rules = split_names(args.mechanism) if args.mechanism else None
    given = {w: getattr(args, w) for w in BALLOT_OPTIONS if getattr(args, w) is not None}
    if args.groups and given:
        raise InvalidInputError("--groups", "be left out with options of ballots", sorted(given))
    options.update(given)
    if args.groups:
        return _grouped(args, options, rules)
    data = args.file
    if args.cluster:
        data = read_grid(args.file, delimiter=options.pop("delimiter", None))
    problem = read(data, **options)
    asked = {word: getattr(args, word) for word in _ARENA if getattr(args, word) is not None}
    battled = _is_of_battles(problem)
    if battled and rules is None and args.bootstrap is None:
        log: dict[str, Any] = {
            word: given[word] for word in ("both_bad", "strong") if word in given
        }
        return _arena(problem, asked, args.seed, data, log)
    if asked:
        raise InvalidInputError(
            ", ".join(f"--{word}" for word in asked),
            "be said of battles without --mechanism",
            args.mechanism or args.file,
        )
    drawn = [name for name in rules or () if _draws(name)]
    if drawn:
        if len(drawn) < len(rules or ()) or args.bootstrap is not None:
            told = "name lotteries only, without --bootstrap, or rules that give a ranking"
            raise InvalidInputError("--mechanism", told, args.mechanism)
        return _lotteries(problem, drawn)
    found = compare(problem, rules, time_limit=args.time_limit)
    if args.bootstrap is not None:
        from mechdesign.aggregation.uncertainty.resampling import with_bootstrap

        return with_bootstrap(found, samples=args.bootstrap, rng=args.seed, workers=args.workers)
    return found


def _is_of_battles(problem: Problem) -> bool:
    """Whether every report compares two of several, and says nothing of the others."""
    if not isinstance(problem.data, RankingData):
        return False
    # Between two nobody is left out: there the note says what was read.
    read_so = any(note.startswith("read as battles: ") for note in problem.data.decisions)
    if problem.data.unranked != "unseen" and not read_so:
        return False
    return bool((profile_of(problem).named.sum(axis=1) == 2).all())


def _arena(
    problem: Problem, asked: dict[str, Any], seed: int, data: object, log: dict[str, Any]
) -> ArenaRatings:
    """Ratings from battles, with a column of clusters from their log."""
    anchor: tuple[Any, float] = (None, 1000.0)
    if "anchor" in asked:
        name, _, level = asked.pop("anchor").rpartition(":")
        anchor = (name, float(parse_number(level, "--anchor")))
    told = problem.data.decisions
    if "cluster" in asked:
        column = asked.pop("cluster")
        found = clustered_ratings(data, column, anchor=anchor, rng=seed, **log, **asked)
        # The column is not ignored.
        ignored = "columns that say nothing of a battle and were ignored: "
        told = tuple(_without(note, ignored, column) for note in told)
        told = tuple(note for note in told if note)
    else:
        found = arena_ratings(problem, anchor=anchor, rng=seed, **asked)
    found.how["decisions"] = told
    return found


def _without(note: str, start: str, name: str) -> str:
    """A note that lists names without one of them; empty where it is the only one."""
    if not note.startswith(start):
        return note
    names = [one for one in note.removeprefix(start).split(", ") if one != name]
    return f"{start}{', '.join(names)}" if names else ""


def _draws(rule: str) -> bool:
    """Whether a rule chooses a lottery, seen where there is one voter, or one task."""
    mechanism = named(rule)
    data: Any = ["A > B"] if isinstance(mechanism.setting, Rankings) else [[1], [0]]
    try:
        return isinstance(mechanism(data), Lottery)
    except MechDesignError:  # it is asked again with the data
        return False


def _lotteries(problem: Problem, rules: Sequence[str]) -> Table:
    """The chance of every alternative to win, one column for each rule."""
    labels = problem.data.alternatives
    found: list[dict[Any, Number]] = []
    for rule in rules:
        chances: dict[Any, Number] = dict.fromkeys(labels, 0)
        for p, outcome in named(rule)(problem):
            for winner in outcome.winners:
                chances[winner] += ratio(p, len(outcome.winners))
        found.append(chances)
    order = sorted(labels, key=lambda label: -found[0][label])
    rows = [[label, *(chances[label] for chances in found)] for label in order]
    return Table(["system", *rules], rows, "chances to win", problem.data.decisions)


def _grouped(args: argparse.Namespace, options: dict[str, Any], rules: Any) -> Comparison:
    """One grouped result for each outer rule asked for."""
    content = _toml(args.groups)
    groups = content.get("groups", {k: v for k, v in content.items() if k != "rules"})
    levels = list(content.get("rules", ["borda", "mean"]))
    table = score_table(args.file, **options)
    outers = rules or [levels[0]]
    inner = levels[1:] or ["mean"]
    results = {
        f"{outer} of {' of '.join(inner)}": grouped(table, groups, rules=[outer, *inner])
        for outer in outers
    }
    return Comparison(table.problem(), results)


def _weights(text: str) -> dict[str, Number]:
    if Path(text).suffix.lower() == ".toml":
        content = _toml(text)
        return dict(content.get("weights", content))
    weights: dict[str, Number] = {}
    for part in text.split(","):
        task, separator, value = part.rpartition("=")
        if not separator or not task.strip():
            raise InvalidInputError("--weights", "look like TASK=W,TASK=W", text)
        weights[task.strip()] = parse_number(value, "--weights")
    return weights


def _toml(path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInputError("path", f"be readable ({error.strerror})", path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInputError("path", f"be a TOML file ({error})", path) from None
