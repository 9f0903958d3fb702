"""Exchange graphs: whose donor can give to whom, read from PrefLib's files of kidney data."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from os import PathLike
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.model import as_count
from mechdesign.records import dataclass

__all__ = ["ExchangeGraph", "exchange_graph", "read_exchange"]


@dataclass(frozen=True, eq=False)
class ExchangeGraph:
    """Pairs of a patient and a donor, altruists, and the gifts that are possible.

    Parameters
    ----------
    vertices : tuple of labels
        All pairs and altruists.
    altruists : frozenset of labels
        Those who give and need nothing.
    arcs : dict of (label, label) to int
        The weight of each gift from the donor of the first to the patient of the second.
    decisions : tuple of str
        What had to be decided when it was read.
    """

    vertices: tuple[Hashable, ...]
    altruists: frozenset[Hashable]
    arcs: dict[tuple[Hashable, Hashable], int]
    decisions: tuple[str, ...] = ()


def exchange_graph(
    arcs: Iterable[tuple[Any, ...]],
    *,
    vertices: Iterable[Hashable] | None = None,
    altruists: Iterable[Hashable] = (),
) -> ExchangeGraph:
    """An exchange graph.

    Parameters
    ----------
    arcs : iterable of (giver, receiver) or (giver, receiver, weight)
        Possible gifts; weights are integers from 0, by default 1.
    vertices : iterable of labels, optional
        All pairs and altruists, where some have no arcs; by default those that are named.
    altruists : iterable of labels
        Who needs nothing; arcs into them are left out if their weight is 0.

    Raises
    ------
    InvalidInputError
        On an arc from a vertex to itself, an arc given twice, a gift to an altruist, or a name that
        is not among the vertices.

    Examples
    --------
    >>> graph = exchange_graph([("a", "b"), ("b", "a"), ("x", "a")], altruists=["x"])
    >>> len(graph.vertices), len(graph.arcs)
    (3, 3)
    """
    if isinstance(arcs, Mapping):
        raise InvalidInputError("arcs", "list (giver, receiver, weight)", type(arcs).__name__)
    free = frozenset(altruists)
    named = dict.fromkeys(vertices or ())
    known = None if vertices is None else set(named)
    if known is not None and not free <= known:
        strange = min(free - known, key=str)
        raise InvalidInputError("altruists", "be among the vertices", strange)
    found: dict[tuple[Any, Any], int] = {}
    dropped = 0
    for k, arc in enumerate(arcs):
        if not isinstance(arc, (tuple, list)) or len(arc) not in (2, 3):
            raise InvalidInputError(f"arcs[{k}]", "be (giver, receiver, weight)", arc)
        giver, receiver = arc[:2]
        weight = as_count(arc[2] if len(arc) == 3 else 1, f"arcs[{k}]")
        if known is not None and not {giver, receiver} <= known:
            raise InvalidInputError(f"arcs[{k}]", "lead between the vertices", arc)
        if giver == receiver:
            raise InvalidInputError(f"arcs[{k}]", "lead from one to another", arc)
        if (giver, receiver) in found:
            raise InvalidInputError(f"arcs[{k}]", "be given once", arc)
        named.update(dict.fromkeys((giver, receiver)))
        if receiver in free:
            if weight:
                raise InvalidInputError(f"arcs[{k}]", "give nothing to an altruist", arc)
            dropped += 1
            continue
        found[giver, receiver] = weight
    told = (f"{dropped} arcs of weight 0 to altruists are left out",) if dropped else ()
    named.update(dict.fromkeys(sorted(free - set(named), key=str)))
    return ExchangeGraph(tuple(named), free, found, told)


def read_exchange(path: str | PathLike[str]) -> ExchangeGraph:
    r"""Read a kidney exchange in PrefLib's format ``.wmd``.

    Lines ``# ALTERNATIVE NAME 1: Pair 1`` name the vertices (those called altruists are such), all
    others are ``source,target,weight``.

    Parameters
    ----------
    path : path
        The file.

    Raises
    ------
    InvalidInputError
        Naming the line that is none, or the number that the head lacks or promises in vain.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "small.wmd")
    >>> told = "# FILE NAME: small.wmd\n# NUMBER ALTERNATIVES: 2\n# NUMBER EDGES: 2\n"
    >>> told += "# ALTERNATIVE NAME 1: Pair 1\n# ALTERNATIVE NAME 2: Pair 2\n"
    >>> _ = file.write_text(told + "1,2,1.0\n2,1,1.0\n")
    >>> sorted(read_exchange(file).arcs)
    [(1, 2), (2, 1)]
    """
    from mechdesign.io.files import as_path, decode, read_bytes

    file = as_path(path)
    text, _ = decode(read_bytes(file), file.name)
    heads: dict[str, str] = {}
    names: dict[int, str] = {}
    arcs = []
    for k, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            key, _, value = line[1:].partition(":")
            key = key.strip().upper()
            heads[key] = value.strip()
            if key.startswith("ALTERNATIVE NAME "):
                names[_whole(key.removeprefix("ALTERNATIVE NAME "), k)] = value.strip()
        elif line.strip():
            parts = line.split(",")
            if len(parts) != 3:
                raise InvalidInputError("file", f"have source,target,weight in line {k}", line)
            weight = parts[2].strip()
            whole = weight[: weight.index(".")] if weight.rstrip("0").endswith(".") else weight
            arcs.append((_whole(parts[0], k), _whole(parts[1], k), _whole(whole, k)))
    promised = {"NUMBER ALTERNATIVES": len(names), "NUMBER EDGES": len(arcs)}
    for key, count in promised.items():
        # Without these numbers a file that was cut would look like a small one.
        if key not in heads:
            raise InvalidInputError("file", f"have a line # {key}: in its head", file.name)
        if heads[key] != str(count):
            raise InvalidInputError("file", f"have {heads[key]} as its {key} says", count)
    strange = next((v for arc in arcs for v in arc[:2] if v not in names), None)
    if strange is not None:
        raise InvalidInputError("file", "name every vertex in its head", strange)
    # PrefLib's files spell the word in two ways.
    free = [v for v, name in names.items() if name.lower().startswith(("altruist", "alturist"))]
    return exchange_graph(arcs, vertices=names, altruists=free)


def _whole(text: str, line: int) -> int:
    stripped = text.strip()
    if not stripped.isdecimal():
        raise InvalidInputError("file", f"have whole numbers in line {line}", text)
    return int(stripped)
