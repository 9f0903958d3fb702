"""Instances from files: edge lists with probabilities, and logs of impressions and clicks.

An **edge list** is a CSV or TSV file with a header and one row for each edge:

=============  =========================================================================
column         meaning
=============  =========================================================================
``offline``    label of the offline vertex (also ``ad``, ``campaign``, ``u``)
``arrival``    label of the arrival (also ``query``, ``segment``, ``v``); arrivals come in
               the order of their first row
``p``          success probability in [0, 1] (also ``probability``, ``ctr``)
``weight``     optional: what a success pays (also ``value``, ``bid``); 1 by default
``capacity``   optional: how many successes the offline vertex can have; 1 by default
=============  =========================================================================

Weight and capacity belong to the offline vertex: they may be left empty where another row has
given them, and must not contradict it.  A row without arrival and ``p`` names an offline vertex
without edges; a row without offline label and ``p`` an arrival without edges.

A **click log** has the columns ``impressions`` and ``clicks`` instead of ``p``; rows of the same ad
and query are added up.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import field, replace
from fractions import Fraction
from os import PathLike
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.matching.instances.graphs import Instance
from mechdesign.matching.instances.reading import instance
from mechdesign.model import FrozenMap, Number, as_count, as_list, as_number, parse_number
from mechdesign.records import dataclass

__all__ = ["ClickLog", "click_log", "read_clicks", "read_graph"]

_OFFLINE = ("offline", "ad", "campaign", "u")
_ARRIVAL = ("arrival", "query", "segment", "v")
_CHANCE = ("p", "probability", "ctr")
_WEIGHT = ("weight", "value", "bid")
_CAPACITY = ("capacity",)
_IMPRESSIONS = ("impressions",)
_CLICKS = ("clicks",)
_MEANINGS = (_OFFLINE, _ARRIVAL, _CHANCE, _WEIGHT, _CAPACITY, _IMPRESSIONS, _CLICKS)

# Rows beyond which Fractions would take more memory than they are worth.
_EXACT_ROWS = 20_000


@dataclass(frozen=True)
class ClickLog:
    """How often ads were shown and clicked for queries.

    Parameters
    ----------
    counts : mapping of (ad, query) to (impressions, clicks)
        Clicks are at most impressions.
    weights : mapping of ad to number
        What a click pays; 1 where missing.
    capacities : mapping of ad to int
        How many clicks an ad can take; 1 where missing.
    decisions : tuple of str
        What had to be decided about the input.
    """

    counts: FrozenMap[tuple[Hashable, Hashable], tuple[int, int]]
    weights: FrozenMap[Hashable, Number] = field(default_factory=FrozenMap)
    capacities: FrozenMap[Hashable, int] = field(default_factory=FrozenMap)
    decisions: tuple[str, ...] = ()

    def probability(self, ad: Hashable, query: Hashable, prior: object = (0, 0)) -> Number:
        """The click probability of a pair: ``(clicks + a) / (impressions + a + b)``.

        Parameters
        ----------
        ad, query : hashable
            0 for a pair without impressions.
        prior : pair of numbers
            The parameters a and b of a beta prior; (0, 0) is the plain rate.

        Examples
        --------
        >>> log = click_log([("ad", "query", 10, 3)])
        >>> log.probability("ad", "query"), log.probability("ad", "query", prior=(1, 1))
        (Fraction(3, 10), Fraction(1, 3))
        """
        a, b = _prior(prior)
        shown, clicked = self.counts.get((ad, query), (0, 0))
        if not shown:
            return 0
        if isinstance(a, float) or isinstance(b, float):
            return (clicked + a) / (shown + a + b)
        return Fraction(clicked + a) / Fraction(shown + a + b)

    def instance(
        self, arrivals: Iterable[Hashable] | None = None, *, prior: object = (0, 0)
    ) -> Instance:
        """The instance in which queries arrive.

        Parameters
        ----------
        arrivals : iterable of queries, optional
            In order, with repetitions; by default every query once, in the order of the log.
        prior : pair of numbers
            As in :meth:`probability`.

        Raises
        ------
        InvalidInputError
            If an arrival is no query of the log.
        """
        ads = list(dict.fromkeys(ad for ad, _ in self.counts))
        of_query: dict[Hashable, dict[Hashable, Number]] = {}
        for ad, query in self.counts:
            chance = self.probability(ad, query, prior)
            of_query.setdefault(query, {})[ad] = chance
        order = list(of_query) if arrivals is None else list(arrivals)
        for query in order:
            if query not in of_query:
                raise InvalidInputError("arrivals", "be queries of the log", query)
        return instance(
            [of_query[query] for query in order],
            arrivals=order,
            offline=ads,
            weights=dict(self.weights),
            capacities=dict(self.capacities),
        )


def _prior(prior: Any) -> tuple[Number, Number]:
    try:
        a, b = prior
    except (TypeError, ValueError):
        raise InvalidInputError("prior", "be a pair of numbers", prior) from None
    return as_number(a, "prior[0]", low=0), as_number(b, "prior[1]", low=0)


def click_log(rows: Iterable[object], **values: Mapping[Any, Any]) -> ClickLog:
    """A click log from rows (ad, query, impressions, clicks).

    Parameters
    ----------
    rows : iterable of 4-tuples
        Rows of the same pair are added up.
    **values
        ``weights`` and ``capacities`` by ad.

    Raises
    ------
    InvalidInputError
        On counts that are no integers, negative, or more clicks than impressions.

    Examples
    --------
    >>> log = click_log([("a", "q", 6, 1), ("a", "q", 4, 2)])
    >>> log.counts[("a", "q")]
    (10, 3)
    """
    unknown = sorted(set(values) - {"weights", "capacities"})
    if unknown:
        raise InvalidInputError("values", "be weights and capacities", unknown)
    counts: dict[tuple[Hashable, Hashable], tuple[int, int]] = {}
    for k, row in enumerate(as_list(rows, "rows")):
        try:
            ad, query, shown, clicked = row
        except (TypeError, ValueError):
            raise InvalidInputError(
                f"rows[{k}]", "be (ad, query, impressions, clicks)", row
            ) from None
        _count(counts, ad, query, shown, clicked, f"rows[{k}]")
    return ClickLog(
        FrozenMap(counts),
        FrozenMap(values.get("weights", {})),
        FrozenMap(values.get("capacities", {})),
    )


def _count(
    counts: dict[tuple[Hashable, Hashable], tuple[int, int]],
    ad: Hashable,
    query: Hashable,
    shown: object,
    clicked: object,
    where: str,
) -> None:
    more = as_count(shown, f"impressions in {where}")
    hits = as_count(clicked, f"clicks in {where}", high=more)
    before = counts.get((ad, query), (0, 0))
    counts[ad, query] = (before[0] + more, before[1] + hits)


class _Columns:
    """Where the meaning of a table's columns is found, with values named by their lines."""

    def __init__(
        self,
        path: str | PathLike[str],
        delimiter: str | None,
        columns: Mapping[str, str] | None = None,
    ) -> None:
        from mechdesign.io.score_tables import read_grid

        self.grid = read_grid(path, delimiter=delimiter)
        self.names = [name.lower() for name in self.grid.columns]
        for meaning, name in (columns or {}).items():
            known = next((words for words in _MEANINGS if meaning in words), None)
            if known is None:
                names = ", ".join(words[0] for words in _MEANINGS)
                raise InvalidInputError("columns", f"give names to {names}", meaning)
            if name not in self.grid.columns:
                raise InvalidInputError(
                    "columns", f"name columns among {', '.join(self.grid.columns)}", name
                )
            # What else is called so has another meaning.
            self.names = ["" if word in known else word for word in self.names]
            self.names[self.grid.columns.index(name)] = known[0]

    def find(self, known: tuple[str, ...]) -> int | None:
        return next((self.names.index(word) for word in known if word in self.names), None)

    def need(self, known: tuple[str, ...]) -> int:
        found = self.find(known)
        if found is None:
            raise InvalidInputError(
                "path",
                f"have a column {' or '.join(known)}; its columns are "
                f"{', '.join(self.grid.columns)}",
                self.grid.source,
            )
        return found

    def cell(self, k: int, column: int | None) -> Any:
        value = None if column is None else self.grid.rows[k][column]
        return None if value == "" else value

    def number(self, k: int, column: int, what: str) -> Number:
        value = self.grid.rows[k][column]
        if isinstance(value, str):
            return parse_number(value, f"{what} in {self.grid.line(k)}")
        return as_number(value, f"{what} in {self.grid.line(k)}")

    def own_values(self, k: int, vertex: Hashable, found: dict[str, dict[Any, Number]]) -> None:
        """Take weight and capacity of a row's offline vertex, refusing contradictions."""
        for what, known in (("weight", _WEIGHT), ("capacity", _CAPACITY)):
            column = self.find(known)
            if self.cell(k, column) is None or column is None:
                continue
            value = self.number(k, column, what)
            where = f"{what} in {self.grid.line(k)}"
            if what == "capacity":
                value = as_count(value, where, low=1)
            as_number(value, where, low=0)
            if found[what].setdefault(vertex, value) != value:
                raise InvalidInputError(
                    where, f"be {found[what][vertex]} as given for {vertex!r} before", value
                )


def read_graph(
    path: str | PathLike[str],
    *,
    delimiter: str | None = None,
    prior: object = (0, 0),
    columns: Mapping[str, str] | None = None,
) -> Instance:
    r"""Read an instance from an edge list or a click log, whose columns this module describes.

    Parameters
    ----------
    path : path
        CSV, TSV, parquet or feather.
    delimiter : str, optional
        The character between two cells; guessed by default.
    prior : pair of numbers
        Of a click log, see :meth:`ClickLog.probability`.
    columns : mapping, optional
        Names of the table for columns of this module, such as ``{"ad": "ad_id"}``.

    Raises
    ------
    InvalidInputError
        On missing columns, cells that are no numbers, probabilities outside [0, 1], repeated edges
        and contradicting weights; the message names the line.

    Notes
    -----
    Decimals and fractions are read exactly in files of up to 20,000 rows, as floats beyond.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "ads.csv")
    >>> _ = file.write_text("ad,query,p\na,x,1/2\nb,x,1/4\n")
    >>> read_graph(file)
    <matching instance: 2 offline, 1 arrivals, 2 edges>
    """
    named = _Columns(path, delimiter, columns)
    if named.find(_CHANCE) is None and named.find(_IMPRESSIONS) is not None:
        return _clicks(named).instance(prior=prior)
    at_offline, at_arrival = named.need(_OFFLINE), named.need(_ARRIVAL)
    at_chance = named.need(_CHANCE)
    grid = named.grid
    decisions = list(grid.decisions)
    exact = len(grid.rows) <= _EXACT_ROWS
    if not exact:
        decisions.append(f"{len(grid.rows):,} rows: probabilities are read as floats")
    rows: dict[Hashable, dict[Hashable, Number]] = {}
    offline: dict[Hashable, None] = {}
    found: dict[str, dict[Any, Number]] = {"weight": {}, "capacity": {}}

    for k in range(len(grid.rows)):
        u, v = named.cell(k, at_offline), named.cell(k, at_arrival)
        where = grid.line(k)
        if u is not None:
            offline.setdefault(u)
            named.own_values(k, u, found)
        row = {} if v is None else rows.setdefault(v, {})
        if u is None or v is None:
            if (u is None and v is None) or named.cell(k, at_chance) is not None:
                raise InvalidInputError(where, "name both an offline vertex and an arrival", (u, v))
            continue
        if u in row:
            raise InvalidInputError(where, "not repeat an edge", (u, v))
        p = as_number(named.number(k, at_chance, "p"), f"p in {where}", low=0, high=1)
        row[u] = p if exact else float(p)

    if not rows:
        raise InvalidInputError("path", "have at least one arrival", grid.source)
    graph = instance(
        list(rows.values()),
        arrivals=list(rows),
        offline=list(offline),
        weights=found["weight"],
        capacities={u: int(c) for u, c in found["capacity"].items()},
    )
    return replace(graph, decisions=(*decisions, *graph.decisions))


def read_clicks(
    path: str | PathLike[str],
    *,
    delimiter: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> ClickLog:
    r"""Read a click log; the counts are kept.

    Parameters
    ----------
    path, delimiter, columns
        As in :func:`read_graph`.

    Raises
    ------
    InvalidInputError
        On missing columns, or counts that make no sense; the message names the line.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "clicks.csv")
    >>> _ = file.write_text("ad,query,impressions,clicks\na,x,10,4\n")
    >>> read_clicks(file)
    ClickLog(counts={('a', 'x'): (10, 4)}, weights={}, capacities={}, decisions=())
    """
    return _clicks(_Columns(path, delimiter, columns))


def _clicks(columns: _Columns) -> ClickLog:
    at_ad, at_query = columns.need(_OFFLINE), columns.need(_ARRIVAL)
    at_shown, at_clicked = columns.need(_IMPRESSIONS), columns.need(_CLICKS)
    counts: dict[tuple[Hashable, Hashable], tuple[int, int]] = {}
    found: dict[str, dict[Any, Number]] = {"weight": {}, "capacity": {}}
    for k in range(len(columns.grid.rows)):
        ad, query = columns.cell(k, at_ad), columns.cell(k, at_query)
        where = columns.grid.line(k)
        if ad is None or query is None:
            raise InvalidInputError(where, "name an ad and a query", (ad, query))
        columns.own_values(k, ad, found)
        shown = columns.number(k, at_shown, "impressions")
        clicked = columns.number(k, at_clicked, "clicks")
        _count(counts, ad, query, shown, clicked, where)
    capacities = {ad: int(c) for ad, c in found["capacity"].items()}
    return ClickLog(
        FrozenMap(counts),
        FrozenMap(found["weight"]),
        FrozenMap(capacities),
        columns.grid.decisions,
    )
