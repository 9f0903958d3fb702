"""Bargaining problems as JSON or YAML files.

A document is an object with some of these keys:

``packages``
    ``{name: {"cost": number, "utilities": {group: number}}}``: packages listed one by one; or
``bases``, ``modules``
    ``{name: {"cost": number, ...}}``: a package is one base with any modules that fit together;
    then either ``utilities``, ``{group: {base or module: number}}``, which add up, or
    ``priorities``, ``{group: {criterion: number}}``, with ``scale``, ``[low, high]``, and a score
    or effect on every criterion beside each cost;
``conflicts``, ``requirements``
    lists of lists of modules; pairs ``[module, needed module]``;
``budget``, ``reserve``, ``weights``
    a number; ``{group: number}`` each.

Numbers are read exactly: ``0.1`` is one tenth, and ``"1/3"`` is a third.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from os import PathLike
from typing import Any

from mechdesign.bargaining.menus.data import Menu, Modules
from mechdesign.bargaining.menus.reading import menu, modules
from mechdesign.bargaining.menus.rubrics import rubric
from mechdesign.errors import InvalidInputError, require
from mechdesign.model import Problem, parse_number

__all__ = ["from_document", "read_problem", "to_document", "write_problem"]

_SHARED = {"budget", "reserve", "weights", "note"}
_MENU = _SHARED | {"packages"}
_MODULES = _SHARED | {
    "bases",
    "modules",
    "conflicts",
    "requirements",
    "utilities",
    "priorities",
    "scale",
}


def from_document(document: Mapping[str, Any]) -> Problem:
    """The problem that a document describes.

    Parameters
    ----------
    document : dict
        As in the description of this module; numbers may be text such as ``"1/3"``.

    Raises
    ------
    InvalidInputError
        On unknown keys and on whatever the problem's own reader refuses.

    Examples
    --------
    >>> problem = from_document({"packages": {"park": {"cost": 3, "utilities": {"x": 1, "y": 2}}},
    ...                          "budget": "7/2"})
    >>> problem.budget, problem.types
    (Fraction(7, 2), ((1,), (2,)))
    """
    if not isinstance(document, Mapping):
        raise InvalidInputError("document", "be an object", document, owner="bargaining")
    allowed = _MENU if "packages" in document else _MODULES
    unknown = sorted(str(key) for key in document if key not in allowed)
    if unknown:
        raise InvalidInputError(
            "document", f"have only the keys {', '.join(sorted(allowed))}", unknown
        )
    rules = ("conflicts", "requirements")  # lists of names, which may look like numbers
    found = {
        key: part if key in rules else _exact(part)
        for key, part in document.items()
        if key != "note"
    }
    shared: dict[str, Any] = {
        key: found[key] for key in ("budget", "reserve", "weights") if key in found
    }
    if "packages" in found:
        return _listed(found["packages"], shared)
    for key in ("bases", "modules"):
        if not isinstance(found.get(key, {}), Mapping):
            raise InvalidInputError(key, "be an object", found[key], owner="document")
    if "bases" not in found:
        raise InvalidInputError("document", "have packages, or bases and modules", list(found))
    shared["conflicts"] = found.get("conflicts", ())
    shared["requirements"] = [tuple(pair) for pair in found.get("requirements", ())]
    parts = found["bases"], found.get("modules", {})
    if ("priorities" in found) == ("utilities" in found):
        raise InvalidInputError("document", "have either utilities or priorities", list(found))
    if "priorities" in found:
        if "scale" not in found:
            raise InvalidInputError("document", "have a scale beside the priorities", list(found))
        return rubric(*parts, found["priorities"], scale=found["scale"], **shared)
    costs = [{label: _cost(label, row) for label, row in part.items()} for part in parts]
    return modules(costs[0], costs[1], found["utilities"], **shared)


def to_document(problem: Problem) -> dict[str, Any]:
    """The document of a problem, ready for :func:`json.dumps`.

    Examples
    --------
    >>> document = to_document(menu({"park": {"x": 1, "y": 2}}))
    >>> document["packages"]
    {'park': {'cost': 0, 'utilities': {'x': 1, 'y': 2}}}
    """
    require(problem, Problem, "problem")
    data, names = problem.data, [str(a) for a in problem.agents]
    document: dict[str, Any] = {}
    if isinstance(data, Menu):
        document["packages"] = {
            str(label): {
                "cost": _plain(cost),
                "utilities": {
                    n: _plain(row[k]) for n, row in zip(names, problem.types, strict=True)
                },
            }
            for k, (label, cost) in enumerate(zip(data.packages, data.costs, strict=True))
        }
    elif isinstance(data, Modules):
        document |= _modular(problem, data, names)
    else:
        raise InvalidInputError("problem", "hold a menu or modules", type(data).__name__)
    if problem.budget is not None:
        document["budget"] = _plain(problem.budget)
    for key, values in (("reserve", problem.reserve), ("weights", problem.weights)):
        if values is not None:
            document[key] = {n: _plain(v) for n, v in zip(names, values, strict=True)}
    return document


def read_problem(path: str | PathLike[str]) -> Problem:
    """Read a problem from a JSON or YAML file (by its ending).

    Raises
    ------
    InvalidInputError
        If the file is not valid, with the place where it is not.
    SolverUnavailableError
        For YAML without the extra ``yaml``.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from mechdesign import bargaining
    >>> file = pathlib.Path(tempfile.mkdtemp(), "town.json")
    >>> bargaining.write_problem(bargaining.menu({"park": (3, 1), "pool": (1, 3)}), file)
    >>> len(read_problem(file))
    2
    """
    from mechdesign.io.documents import read_document

    return from_document(read_document(path))


def write_problem(problem: Problem, path: str | PathLike[str]) -> None:
    """Write a problem as a JSON file that :func:`read_problem` reads back exactly.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from mechdesign import bargaining
    >>> file = pathlib.Path(tempfile.mkdtemp(), "town.json")
    >>> problem = bargaining.menu({"park": {"ann": 3, "bob": 1}, "pool": {"ann": 1, "bob": 3}})
    >>> write_problem(problem, file)
    >>> bargaining.read_problem(file) == problem
    True
    """
    from mechdesign.io.documents import format_json
    from mechdesign.io.files import as_path

    as_path(path).write_text(format_json(to_document(problem)), encoding="utf-8")


def _listed(packages: object, shared: dict[str, Any]) -> Problem:
    if not isinstance(packages, Mapping):
        raise InvalidInputError("packages", "be an object", packages, owner="document")
    utilities, costs = {}, {}
    for label, row in packages.items():
        if not isinstance(row, Mapping) or set(row) - {"cost", "utilities"}:
            raise InvalidInputError(
                f"packages.{label}", "have a cost and utilities", row, owner="document"
            )
        if "utilities" not in row:
            raise InvalidInputError(f"packages.{label}", "have utilities", row, owner="document")
        utilities[label], costs[label] = row["utilities"], row.get("cost", 0)
    return menu(utilities, costs=costs, **shared)


def _cost(label: str, row: object) -> Any:
    return row.get("cost", 0) if isinstance(row, Mapping) else row


def _exact(part: object) -> Any:
    """Text that is a number and floats as exact numbers, all else as it is."""
    if isinstance(part, Mapping):
        return {key: _exact(value) for key, value in part.items()}
    if isinstance(part, (list, tuple)):
        return [_exact(value) for value in part]
    if isinstance(part, float) and part == part and abs(part) != float("inf"):
        # The shortest decimal that is this float is what the author of the file wrote.
        return parse_number(repr(part), "number")
    if isinstance(part, str) and part.strip()[:1] in tuple("+-.0123456789"):
        try:
            return parse_number(part, "number")
        except InvalidInputError:
            return part
    return part


def _modular(problem: Problem, data: Modules, names: list[str]) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    groups = (
        ("bases", data.bases, data.base_costs, data.rubric and data.rubric.base_scores),
        ("modules", data.modules, data.module_costs, data.rubric and data.rubric.effects),
    )
    for key, labels, costs, scores in groups:
        parts[key] = {
            str(label): {"cost": _plain(cost)} for label, cost in zip(labels, costs, strict=True)
        }
        for row, given in zip(parts[key].values(), scores or (), strict=False):
            criteria = data.rubric.criteria if data.rubric else ()
            row |= {c: _plain(v) for c, v in zip(criteria, given, strict=True)}
    parts["conflicts"] = [sorted(map(str, c)) for c in data.conflicts]
    parts["requirements"] = [[str(a), str(b)] for a, b in data.requirements]
    if data.rubric is not None:
        parts["scale"] = [_plain(data.rubric.low), _plain(data.rubric.high)]
        parts["priorities"] = {
            n: {c: _plain(v) for c, v in zip(data.rubric.criteria, own, strict=True)}
            for n, own in zip(names, problem.types, strict=True)
        }
    else:
        every = [str(label) for label in (*data.bases, *data.modules)]
        parts["utilities"] = {
            n: {
                label: _plain(v) for label, v in zip(every, (*own.bases, *own.modules), strict=True)
            }
            for n, own in zip(names, problem.types, strict=True)
        }
    return parts


def _plain(number: object) -> Any:
    if isinstance(number, Fraction):
        return int(number) if number.denominator == 1 else str(number)
    return number
