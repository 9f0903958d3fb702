"""Reading instances of content auctions: arrays, frames, dicts and JSON files."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from mechdesign.auctions.market.placements import MODELS, ORDERS, Ad, Content
from mechdesign.auctions.market.prior_reading import as_priors
from mechdesign.auctions.market.priors import Prior
from mechdesign.auctions.market.rate_tables import rate_table
from mechdesign.errors import InvalidInputError, require
from mechdesign.model import (
    AgentId,
    Number,
    Problem,
    aligned_numbers,
    aligned_rows,
    as_count,
    as_numbers,
    labelled_numbers,
    parse_number,
)

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["content_problem", "read_instance"]

OWNER = "content auction"
_TABLES = (".csv", ".tsv", ".xlsx")
OPTIONS = ("p", "rho", "capacity", "model", "order", "priors", "continuation", "positions")


def content_problem(
    values: object,
    p: object = None,
    *,
    rho: object = None,
    capacity: int | None = None,
    model: str = "mnl",
    order: str = "free",
    priors: object = None,
    continuation: object = None,
    positions: Sequence[Any] | None = None,
) -> Problem:
    """The problem of a content auction, checked.

    Parameters
    ----------
    values : sequence, mapping or series of n numbers
        Values per click, nonnegative; the keys of a mapping are the advertisers' labels.
    p : matrix of shape (n, m), mapping of agent to row, or data frame
        Click probability of each creative at each position if shown alone, in [0, 1].
    rho : matrix of shape (n, m), optional
        Log-attractions under MNL instead of `p`; ``-inf`` forbids a position.
    capacity : int, optional
        The largest number of creatives shown, in [0, m]; m by default.
    model : {"mnl", "cascade", "independent"}
        How users click.
    order : {"free", "fixed"}
        Whether the auctioneer chooses the rendering order of a cascade.
    priors : Prior, or sequence or mapping of priors, optional
        Distributions of the values, for revenue; one for all or one for each.
    continuation : sequence or mapping of n numbers in [0, 1], optional
        Probability that users go on after each ad (cascade only).
    positions : sequence of m labels, optional
        Names of the positions in reading order.

    Raises
    ------
    InvalidInputError
        On probabilities outside [0, 1], p=1 under MNL, a capacity above m, negative or non-finite
        values, values that their prior excludes, lengths that differ.

    Examples
    --------
    >>> problem = content_problem([6, 4], [[0.5, 0.25], [0.25, 0.25]], capacity=1)
    >>> problem.agents, problem.data.capacity
    (range(0, 2), 1)
    """
    agents, numbers = labelled_numbers(values, "values", low=0, owner=OWNER)
    if model not in MODELS:
        raise InvalidInputError("model", f"be one of {', '.join(MODELS)}", model, owner=OWNER)
    if order not in ORDERS:
        raise InvalidInputError("order", f"be one of {', '.join(ORDERS)}", order, owner=OWNER)
    if (p is None) == (rho is None):
        raise InvalidInputError("p", "be given, or rho instead of it", p, owner=OWNER)
    if rho is not None and model != "mnl":
        raise InvalidInputError("rho", "come with model='mnl'", model, owner=OWNER)
    labels, given = aligned_rows(p if rho is None else rho, agents, "p" if rho is None else "rho")
    odds: list[tuple[Number, ...] | None] = [None] * len(agents)
    if rho is None:
        rows = [_probabilities(row, k, model) for k, row in enumerate(given)]
    else:
        attractions = [_attractions(row, k) for k, row in enumerate(given)]
        rows = [tuple(w / (1 + w) for w in row) for row in attractions]
        odds = list(attractions)
    m = _width(rows, labels if positions is None else positions)
    places = tuple(range(m)) if labels is None else tuple(labels)
    if positions is not None:
        places = tuple(positions)
        if len(places) != m or len(set(places)) != m:
            raise InvalidInputError("positions", f"be {m} distinct labels", positions, owner=OWNER)
    size = m if capacity is None else capacity
    size = as_count(size, "capacity", low=0, high=m, owner=OWNER)
    stays = _continuation(continuation, agents, model)
    beliefs: Sequence[Prior | None] = (
        [None] * len(agents) if priors is None else as_priors(priors, agents, numbers)
    )
    ads = tuple(
        Ad(v, row, w, prior, stay)
        for v, row, w, prior, stay in zip(numbers, rows, odds, beliefs, stays, strict=True)
    )
    data = Content(places, size, model, order)
    return Problem(agents, ads, data, reserve=(0,) * len(agents))


def read_instance(source: str | Path | Mapping[str, Any], **overrides: object) -> Problem:
    """Read an instance from a JSON file, a JSON text or the dict that it holds.

    Parameters
    ----------
    source : path, str or mapping
        A table of click-through rates (.csv, .tsv or .xlsx, see
        :mod:`mechdesign.auctions.market.rate_tables`), or an object with ``advertisers`` (a list of
        objects with ``value``, ``p`` or ``rho``, and optionally ``name``, ``prior`` and
        ``continuation``) and optionally ``positions`` (labels in reading order), ``capacity``,
        ``model``, ``order``.  Numbers may be text such as
        ``"1/3"`` or ``"0.1"``, which is read exactly.  A prior is an object with ``kind``:
        ``uniform`` (``low``, ``high``), ``exponential`` (``rate``), ``pareto`` (``alpha``,
        ``scale``), ``equal_revenue`` (``scale``), ``discrete`` (``values``, ``probabilities``),
        ``empirical`` (``samples``) or ``scipy`` (``name``, ``args``).
    **overrides
        ``capacity``, ``model``, ``order`` or ``positions`` to use instead of the document's; None
        leaves the document's.

    Raises
    ------
    InvalidInputError
        On text that is no JSON, keys that are unknown or missing, and everything that
        :func:`content_problem` refuses.

    Examples
    --------
    >>> read_instance({"advertisers": [{"name": "a", "value": 2, "p": ["1/2"]}]}).types
    (Ad(2),)
    """
    loaded = dict(_load(source))
    told = tuple(loaded.pop("decisions")) if _is_table(source) else ()
    document = {
        **loaded,
        **{key: value for key, value in overrides.items() if value is not None},
    }
    known = {"advertisers", "positions", "capacity", "model", "order", "title"}
    unknown = sorted(set(document) - known)
    if unknown or not isinstance(document.get("advertisers"), list):
        raise InvalidInputError(
            "instance", f"have the list 'advertisers' and only the keys {sorted(known)}", unknown
        )
    listed = document["advertisers"]
    for k, ad in enumerate(listed):
        where = f"advertisers[{k}]"
        if not isinstance(ad, Mapping) or "value" not in ad or ("p" in ad) == ("rho" in ad):
            raise InvalidInputError(where, "have 'value' and either 'p' or 'rho'", ad)
        extra = sorted(set(ad) - {"name", "value", "p", "rho", "prior", "continuation"})
        if extra:
            raise InvalidInputError(where, "have known keys", extra)
    if any("rho" in ad for ad in listed) and any("p" in ad for ad in listed):
        raise InvalidInputError("advertisers", "all have p or all have rho", "both")
    names = [ad.get("name", k) for k, ad in enumerate(listed)]
    if len(set(names)) < len(names):
        raise InvalidInputError("advertisers", "have distinct names", names)
    kind = "rho" if any("rho" in ad for ad in listed) else "p"
    matrix = {
        name: [_number(x, f"{kind} of {name}") for x in ad[kind]]
        for name, ad in zip(names, listed, strict=True)
    }
    options: dict[str, Any] = {
        key: document[key]
        for key in ("capacity", "model", "order", "positions")
        if document.get(key) is not None
    }
    if any("prior" in ad for ad in listed):
        options["priors"] = {name: ad.get("prior") for name, ad in zip(names, listed, strict=True)}
    if any("continuation" in ad for ad in listed):
        options["continuation"] = [
            _number(ad.get("continuation"), f"continuation of {name}")
            for name, ad in zip(names, listed, strict=True)
        ]
    values = {
        name: _number(ad["value"], f"value of {name}")
        for name, ad in zip(names, listed, strict=True)
    }
    options[kind] = matrix
    data: Any = values
    if names == list(range(len(names))):
        data, options[kind] = list(values.values()), list(matrix.values())
    problem = content_problem(data, **options)
    return replace(problem, data=replace(problem.data, decisions=told)) if told else problem


def _is_table(source: object) -> bool:
    return isinstance(source, (str, PathLike)) and str(source)[-5:].lower().endswith(_TABLES)


def _load(source: str | Path | Mapping[str, Any]) -> Mapping[str, Any]:
    from pathlib import Path

    from mechdesign.io.documents import parse_document, read_document

    if isinstance(source, Mapping):
        return source
    require(source, (str, Path), "source")
    if _is_table(source):
        return rate_table(source)
    try:
        if isinstance(source, Path) or not source.lstrip().startswith("{"):
            document = read_document(source, decimals=float)
        else:
            document = parse_document(source, "instance", decimals=float)
    except OSError as error:
        raise InvalidInputError("instance", f"be readable ({error})", str(source)) from None
    if not isinstance(document, dict):
        raise InvalidInputError("instance", "be a JSON object", document)
    return document


def _number(value: object, parameter: str) -> Any:
    """A JSON number, or text that holds an exact one."""
    return parse_number(value, parameter, owner=OWNER) if isinstance(value, str) else value


def _probabilities(row: object, k: int, model: str) -> tuple[Number, ...]:
    name = f"p[{k}]"
    if isinstance(row, np.ndarray) and row.dtype.kind == "f":
        # A thousand positions at once: the loop below would take seconds for large instances.
        if not (np.isfinite(row).all() and (row >= 0).all() and (row <= 1).all()):
            raise InvalidInputError(name, "hold probabilities in [0, 1]", row, owner=OWNER)
        numbers: tuple[Number, ...] = tuple(row.tolist())
    else:
        numbers = as_numbers(row, name, low=0, high=1, owner=OWNER)
    if model == "mnl" and 1 in numbers:
        raise InvalidInputError(
            name, "be below 1 under MNL, where it means infinite attraction (or give rho)", 1
        )
    return numbers


def _attractions(row: Any, k: int) -> tuple[float, ...]:
    found = []
    for j, x in enumerate(row):
        name = f"rho[{k}][{j}]"
        if isinstance(x, (float, np.floating)) and x == -math.inf:
            found.append(0.0)
            continue
        number = as_numbers([x], name, high=700, owner=OWNER)[0]
        found.append(math.exp(number))
    return tuple(found)


def _width(rows: Sequence[Sequence[Number]], labels: Sequence[Any] | None) -> int:
    if not rows:
        return 0 if labels is None else len(labels)
    if any(len(row) != len(rows[0]) for row in rows):
        raise InvalidInputError("p", "have rows of one length", [len(r) for r in rows], owner=OWNER)
    return len(rows[0])


def _continuation(given: object, agents: Sequence[AgentId], model: str) -> Sequence[Number | None]:
    if given is None:
        return [None] * len(agents)
    if model != "cascade":
        raise InvalidInputError("continuation", "come with model='cascade'", model, owner=OWNER)
    return aligned_numbers(given, agents, "continuation", low=0, high=1, owner=OWNER)
