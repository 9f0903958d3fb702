"""The catalogue: which registered mechanism satisfies which axiom, on which scope.

The statuses are data, one TOML file a family; each block names a scope, the
axioms, and a row of statuses for every mechanism.  The test suite computes them all again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from mechdesign.axioms.methods.engine import check
from mechdesign.axioms.question.verdict import Status, Verdict
from mechdesign.family import families
from mechdesign.io import Table
from mechdesign.model import FrozenMap
from mechdesign.records import dataclass

__all__ = ["CatalogueEntry", "catalogue_entries", "catalogue_table"]


@dataclass(frozen=True)
class CatalogueEntry:
    """One cell of the catalogue.

    Parameters
    ----------
    mechanism, axiom : str
        Identifiers.
    scope : mapping
        The words of :func:`mechdesign.axioms.check`.
    status : Status
        What the check answers.
    """

    mechanism: str
    axiom: str
    scope: Mapping[str, Any]
    status: Status

    def check(self) -> Verdict:
        """Compute the verdict again.

        Examples
        --------
        >>> entry = next(catalogue_entries("facility"))
        >>> entry.check().status is entry.status
        True
        """
        return check(self.axiom, self.mechanism, **self.scope)

    @property
    def words(self) -> str:
        """The scope in words."""
        return ", ".join(f"{word}={_text(value)}" for word, value in self.scope.items())


def catalogue_entries(family: str | None = None) -> Iterator[CatalogueEntry]:
    """All entries of one family or of all.

    Parameters
    ----------
    family : str, optional
        A family; by default all of them.

    Raises
    ------
    InvalidInputError
        If there is no such family.

    Examples
    --------
    >>> next(catalogue_entries("facility")).axiom
    'strategyproofness'
    """
    import tomllib
    from importlib import resources

    for one in families(family):
        if one.catalogue:
            package, _, name = one.catalogue.partition(":")
            text = (resources.files(package) / name).read_text(encoding="utf-8")
            yield from _entries(tomllib.loads(text))


def catalogue_table(family: str | None = None) -> Table:
    """The catalogue as a table.

    Parameters
    ----------
    family : str, optional
        A family; by default all of them.

    Returns
    -------
    Table
        Columns mechanism, axiom, status and scope.

    Examples
    --------
    >>> catalogue_table("taxation").columns[:2]
    ('mechanism', 'axiom')
    """
    rows = [
        [entry.mechanism, entry.axiom, str(entry.status), entry.words]
        for entry in catalogue_entries(family)
    ]
    return Table(["mechanism", "axiom", "status", "scope"], rows)


def _entries(document: Mapping[str, Any]) -> Iterator[CatalogueEntry]:
    for block in document.get("block", ()):
        scope = FrozenMap((word, _value(value)) for word, value in block["scope"].items())
        for mechanism, statuses in block["status"].items():
            for axiom, status in zip(block["axioms"], statuses, strict=True):
                yield CatalogueEntry(mechanism, axiom, scope, Status(status))


def _value(value: object) -> Any:
    """TOML has no fractions: they are written as text such as ``"1/2"``."""
    if isinstance(value, list):
        return tuple(_value(part) for part in value)
    if isinstance(value, str) and "/" in value:
        return Fraction(value)
    return value


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "(" + ", ".join(_text(part) for part in value) + ")"
    return str(value)
