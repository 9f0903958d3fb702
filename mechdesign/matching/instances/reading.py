"""Instances from plain data: matrices, edges, dicts, sparse matrices, graphs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from mechdesign.errors import InvalidInputError
from mechdesign.matching.instances.graphs import Instance
from mechdesign.model import (
    Number,
    aligned_numbers,
    as_number,
    frame_rows,
    is_frame,
    labelled_rows,
    row_by_label,
)

__all__ = ["instance"]


def instance(
    data: object,
    *,
    weights: Mapping[Any, Number] | Iterable[Number] | None = None,
    capacities: Mapping[Any, int] | Iterable[int] | None = None,
    offline: Iterable[Hashable] | None = None,
    arrivals: Iterable[Hashable] | None = None,
    keep_zero: bool = False,
) -> Instance:
    """Read an instance from plain data.

    Parameters
    ----------
    data : Instance, matrix, list, dict or graph
        One of

        - an :class:`Instance`, returned as it is;
        - a matrix (nested lists or array, or ``scipy.sparse``) of shape (n, m): entry (u, t) is
          the success probability, 0 for no edge;
        - a list with one dict ``{offline label: probability}`` for each arrival, in order;
        - a dict ``{arrival label: {offline label: probability}}`` in order of arrival;
        - a list of edges ``(offline label, arrival label, probability)``; arrivals come in the
          order of their first edge unless `arrivals` says otherwise;
        - a data frame: one edge a row in the columns ``offline``, ``arrival`` and ``p``, or a
          matrix with offline vertices as rows and arrivals as columns, labelled by both;
        - a bipartite ``networkx`` graph whose nodes have the attribute ``bipartite`` (0 offline,
          1 arrival) and whose edges have ``p``; arrivals come in node order, and the node
          attributes ``weight`` and ``capacity`` are read.
    weights, capacities : dict by label or sequence, optional
        Of the offline vertices; all 1 by default.
    offline, arrivals : iterable of labels, optional
        All labels of a side, in order, where the data do not name every vertex.
    keep_zero : bool
        Keep edges of probability 0, which can be attempted in vain.  By default they are left out,
        which `decisions` tells.

    Raises
    ------
    InvalidInputError
        On probabilities outside [0, 1], unknown vertices, duplicate edges or labels, no arrivals.

    Examples
    --------
    >>> instance([{"ad": 0.5}, {"ad": 0.5, "other": 0.1}])
    <matching instance: 2 offline, 2 arrivals, 3 edges>
    """
    if isinstance(data, Instance):
        return data
    rows, found_offline, found_arrivals, extra = _rows(data, arrivals)
    names = tuple(found_offline if offline is None else offline)
    times = tuple(found_arrivals)
    if not times:
        raise InvalidInputError("data", "have at least one arrival", data, owner="instance")
    if not names:
        raise InvalidInputError("data", "have at least one offline vertex", data, owner="instance")
    if len(set(names)) != len(names):
        raise InvalidInputError("offline", "have distinct labels", names, owner="instance")
    place = {name: k for k, name in enumerate(names)}
    indptr, neighbours, probabilities, dropped = [0], [], [], 0
    for label, row in zip(times, rows, strict=True):
        for name, p in row:
            if name not in place:
                raise InvalidInputError(
                    "data",
                    f"have edges to the offline vertices {list(names)[:8]} only",
                    name,
                    owner="instance",
                )
            where = f"probability of ({name!r}, {label!r})"
            checked = as_number(p, where, low=0, high=1, owner="instance")
            if checked == 0 and not keep_zero:
                dropped += 1
                continue
            neighbours.append(place[name])
            probabilities.append(checked)
        indptr.append(len(neighbours))
    decisions = (f"{dropped} edges of probability 0 were left out",) if dropped else ()
    return Instance(
        names,
        times,
        indptr,
        neighbours,
        probabilities,
        _aligned(weights, extra, names, "weights"),
        _aligned(capacities, extra, names, "capacities"),
        decisions,
    )


Rows = list[list[tuple[Hashable, Any]]]


def _rows(
    data: object, arrivals: Iterable[Hashable] | None
) -> tuple[Rows, list[Hashable], list[Hashable], dict[str, Any]]:
    """Rows of (offline label, probability) by arrival, the labels met, and what else was read."""
    if hasattr(data, "tocsc"):
        return (*_sparse(data), {})
    if hasattr(data, "nodes") and hasattr(data, "adj"):
        return _graph(data)
    if is_frame(data):
        return (*_frame(data, arrivals), {})
    if isinstance(data, Mapping):
        data = {arrival: row_by_label(row, "data") for arrival, row in data.items()}
        if not all(isinstance(row, Mapping) for row in data.values()):
            raise InvalidInputError(
                "data", "map arrivals to {offline label: probability}", data, owner="instance"
            )
        rows = [list(row.items()) for row in data.values()]
        return rows, _labels(rows), list(data), {}
    listed = list(data) if isinstance(data, Iterable) and not isinstance(data, (str, bytes)) else []
    if not listed:
        raise InvalidInputError("data", "be a graph with arrivals", data, owner="instance")
    if all(isinstance(row, Mapping) for row in listed):
        rows = [list(row.items()) for row in listed]
        return rows, _labels(rows), list(arrivals or range(len(rows))), {}
    if _is_edge_list(listed):
        return (*_edges(listed, arrivals), {})
    return (*_matrix(data), {})


def _labels(rows: Rows) -> list[Hashable]:
    return list(dict.fromkeys(name for row in rows for name, _ in row))


def _is_edge_list(listed: list[Any]) -> bool:
    # A matrix with three columns holds numbers only; an edge has a label that is no number, or
    # comes as a tuple.
    return all(isinstance(row, tuple) and len(row) == 3 for row in listed)


def _edges(
    listed: list[Any], arrivals: Iterable[Hashable] | None
) -> tuple[Rows, list[Hashable], list[Hashable]]:
    times = list(dict.fromkeys(t for _, t, _ in listed)) if arrivals is None else list(arrivals)
    place = {t: k for k, t in enumerate(times)}
    rows: Rows = [[] for _ in times]
    for u, t, p in listed:
        if t not in place:
            raise InvalidInputError(
                "data", f"have edges to the arrivals {times[:8]} only", t, owner="instance"
            )
        rows[place[t]].append((u, p))
    return rows, list(dict.fromkeys(u for u, _, _ in listed)), times


def _frame(
    frame: object, arrivals: Iterable[Hashable] | None
) -> tuple[Rows, list[Hashable], list[Hashable]]:
    _, columns, rows = frame_rows(frame)
    if {"offline", "arrival", "p"} <= set(columns):
        places = [columns.index(name) for name in ("offline", "arrival", "p")]
        return _edges([tuple(row[k] for k in places) for row in rows], arrivals)
    labels, times, listed = labelled_rows(frame, "data")
    found, _, numbered = _matrix(listed)
    names = list(range(len(listed)) if labels is None else labels)
    by_name: Rows = [[(names[u], p) for u, p in row] for row in found]
    return by_name, names, list(numbered if times is None else times)


def _matrix(data: Any) -> tuple[list[list[tuple[Any, Any]]], list[Hashable], list[Hashable]]:
    try:
        n, widths = len(data), {len(row) for row in data}
        rows: Rows = [
            [(u, data[u][t]) for u in range(n) if not _is_zero(data[u][t])]
            for t in range(max(widths, default=0) if len(widths) == 1 else 0)
        ]
    except (TypeError, KeyError):
        raise InvalidInputError(
            "data",
            "be a matrix, a list of dicts or of edges, a dict or a graph",
            data,
            owner="instance",
        ) from None
    if len(widths) != 1:
        raise InvalidInputError("data", "have rows of one length", sorted(widths), owner="instance")
    m = widths.pop()
    return rows, list(range(n)), list(range(m))


def _is_zero(p: object) -> bool:
    return isinstance(p, (int, float, np.number)) and not isinstance(p, bool) and p == 0


def _sparse(data: Any) -> tuple[Rows, list[Hashable], list[Hashable]]:
    columns = data.tocsc()
    n, m = columns.shape
    rows: Rows = []
    for t in range(m):
        span = slice(int(columns.indptr[t]), int(columns.indptr[t + 1]))
        entries = zip(columns.indices[span].tolist(), columns.data[span].tolist(), strict=True)
        rows.append(sorted(entries))
    return rows, list(range(n)), list(range(m))


def _graph(graph: Any) -> tuple[Rows, list[Hashable], list[Hashable], dict[str, Any]]:
    sides: dict[int, list[Hashable]] = {0: [], 1: []}
    for node, attributes in graph.nodes(data=True):
        side = attributes.get("bipartite")
        if side not in (0, 1):
            raise InvalidInputError(
                "data",
                "have the attribute bipartite (0 offline, 1 arrival) on every node",
                node,
                owner="instance",
            )
        sides[side].append(node)
    order = {u: k for k, u in enumerate(sides[0])}
    rows: Rows = []
    for t in sides[1]:
        row = []
        for u, attributes in graph.adj[t].items():
            if u not in order:
                raise InvalidInputError(
                    "data", "have edges between the two sides only", (u, t), owner="instance"
                )
            row.append((u, attributes.get("p")))
        rows.append(sorted(row, key=lambda pair: order[pair[0]]))
    extra = {
        "weights": [graph.nodes[u].get("weight", 1) for u in sides[0]],
        "capacities": [graph.nodes[u].get("capacity", 1) for u in sides[0]],
    }
    return rows, sides[0], sides[1], extra


def _aligned(
    given: object, extra: Mapping[str, object], names: Sequence[Hashable], parameter: str
) -> tuple[Any, ...]:
    values = extra.get(parameter) if given is None else given
    if values is None:
        return ()
    return aligned_numbers(values, names, parameter, default=1, owner="instance")
