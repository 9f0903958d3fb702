"""How far respondents are from each other, and a map of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Literal, get_args

import numpy as np

from mechdesign.arrays import FloatArray
from mechdesign.errors import InvalidInputError
from mechdesign.io import Table
from mechdesign.model import as_number, as_numbers
from mechdesign.records import dataclass
from mechdesign.stats.agreement import kendall_tau_b

__all__ = ["Distances", "distances"]

Measure = Literal["cosine", "kendall"]


@dataclass(frozen=True, eq=False, repr=False)
class Distances:
    """Distances between respondents.

    Parameters
    ----------
    respondents : tuple of labels
        Rows and columns.
    matrix : array, shape (k, k)
        Symmetric, from 0 for the same preferences to 1 for opposite ones.
    measure : str
        ``cosine`` or ``kendall``.
    """

    respondents: tuple[Hashable, ...]
    matrix: FloatArray
    measure: str

    def map(self) -> FloatArray:
        """Places in the plane whose distances are near, shape (k, 2): classical scaling.

        The axes are those of the largest spread, turned so that the respondent who is farthest
        along each is on its positive side.
        """
        k = len(self.matrix)
        centre = np.eye(k) - 1 / k
        values, vectors = np.linalg.eigh(-centre @ self.matrix**2 @ centre / 2)
        found = np.zeros((k, 2))
        for axis in range(min(2, k)):
            one = vectors[:, -1 - axis] * np.sqrt(max(values[-1 - axis], 0.0))
            far = int(np.argmax(np.round(np.abs(one), 9)))
            found[:, axis] = one * (-1 if one[far] < 0 else 1)
        return found

    @property
    def shown(self) -> float:
        """The share of the squared distances' spread that the map shows."""
        k = len(self.matrix)
        centre = np.eye(k) - 1 / k
        values = np.maximum(np.linalg.eigvalsh(-centre @ self.matrix**2 @ centre / 2), 0)
        total = float(values.sum())
        return float(values[-2:].sum()) / total if total > 0 else 1.0

    def table(self) -> Table:
        """One row a respondent: distances to all."""
        rows = [
            [name, *map(float, row)]
            for name, row in zip(self.respondents, self.matrix, strict=True)
        ]
        columns = ["respondent", *map(str, self.respondents)]
        return Table(columns, rows, f"distances ({self.measure})")

    def __repr__(self) -> str:
        return str(self.table())


def distances(utilities: Mapping[Any, object], *, measure: Measure = "cosine") -> Distances:
    """How far the utilities of respondents are from each other.

    Parameters
    ----------
    utilities : mapping of respondent to mapping of alternative to number
        Or to a sequence of numbers, in one order.
    measure : {"cosine", "kendall"}
        ``(1 - c) / 2`` with the cosine c of the utilities less their means, or with Kendall's
        tau-b, which sees orders alone.

    Raises
    ------
    InvalidInputError
        If a respondent is indifferent between all alternatives: nothing is near or far from that.

    Examples
    --------
    >>> found = distances({"ann": (2, 1, 0), "bob": (4, 2, 0), "cy": (0, 1, 2)})
    >>> found.matrix.round(6).tolist()
    [[0.0, 0.0, 1.0], [0.0, 0.0, 1.0], [1.0, 1.0, 0.0]]
    """
    if measure not in get_args(Measure):
        raise InvalidInputError("measure", f"be one of {get_args(Measure)}", measure)
    if not isinstance(utilities, Mapping) or not utilities:
        raise InvalidInputError("utilities", "map respondents to utilities", utilities)
    labels: list[Any] | None = None
    rows: list[list[float]] = []
    for name, own in utilities.items():
        where = f"utilities[{name!r}]"
        if isinstance(own, Mapping):
            labels = list(own) if labels is None else labels
            if set(own) != set(labels):
                raise InvalidInputError(where, f"value {labels}", list(own))
            rows.append([float(as_number(own[a], f"{where}[{a!r}]")) for a in labels])
        else:
            rows.append([float(x) for x in as_numbers(own, where)])
        if len(rows[-1]) != len(rows[0]):
            raise InvalidInputError(where, f"have {len(rows[0])} utilities", len(rows[-1]))
        if min(rows[-1]) == max(rows[-1]):
            raise InvalidInputError(where, "not be all the same", own)
    table = np.array(rows)
    if measure == "kendall":
        alike = np.array([[kendall_tau_b(a, b) for b in table] for a in table])
    else:
        centred = table - table.mean(axis=1, keepdims=True)
        centred /= np.linalg.norm(centred, axis=1, keepdims=True)
        alike = centred @ centred.T
    matrix = np.clip((1 - (alike + alike.T) / 2) / 2, 0, 1)
    np.fill_diagonal(matrix, 0)
    return Distances(tuple(utilities), matrix, measure)
