"""Published figures, computed again from first principles and compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.experiments.claim import Claim, Finding
from mechdesign.family import families, resolve
from mechdesign.io import Table
from mechdesign.model import SCHEMA_VERSION, encode, show
from mechdesign.records import dataclass

__all__ = ["Reproduction", "claims", "reproduce"]

_LEGEND = {
    "derived": "worked out for the source's model or data; the source need not print it",
    "reconstruction": "what is behind it was rebuilt; agreement is no evidence about the source",
}


@dataclass(frozen=True)
class Reproduction:
    """Claims with what was computed for them.

    Parameters
    ----------
    findings : tuple of Finding
        One for each claim.
    """

    findings: tuple[Finding, ...]

    @property
    def agrees(self) -> bool:
        """Whether every figure agrees."""
        return all(finding.agrees for finding in self.findings)

    @property
    def differences(self) -> tuple[Finding, ...]:
        """The findings that do not agree."""
        return tuple(finding for finding in self.findings if not finding.agrees)

    @property
    def exit_code(self) -> int:
        """0 if every figure agrees, else 1."""
        return 0 if self.agrees else 1

    def __getitem__(self, id: str) -> Finding:
        """The finding of a claim.

        Raises
        ------
        InvalidInputError
            If there is no such claim among them.
        """
        for finding in self.findings:
            if finding.claim.id == id:
                return finding
        known = ", ".join(finding.claim.id for finding in self.findings)
        raise InvalidInputError("id", f"be one of {known}", id)

    def table(self) -> Table:
        """One row for each claim."""
        columns = ["claim", "figure", "published", "rounding", "computed", "agrees"]
        rows = [
            [
                f.claim.id,
                f.claim.what,
                _printed(f.claim.published),
                f.claim.rounding,
                f.computed,
                f.say(),
                f.claim.standing,
                f.claim.source,
            ]
            for f in self.findings
        ]
        return Table([*columns, "standing", "source"], rows)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "schema": SCHEMA_VERSION,
            "agrees": self.agrees,
            "claims": [
                {
                    "id": f.claim.id,
                    "figure": f.claim.what,
                    "published": encode(f.claim.published),
                    "rounding": f.claim.rounding,
                    "computed": encode(f.computed),
                    "agrees": f.agrees,
                    "difference": encode(f.difference),
                    "standing": f.claim.standing,
                    "source": f.claim.source,
                }
                for f in self.findings
            ],
        }

    def to_frame(self) -> Any:
        """The table as a ``pandas.DataFrame``."""
        return self.table().to_frame()

    def to_csv(self, path: Any = None) -> str:
        """The table as CSV."""
        return self.table().to_csv(path)

    def to_latex(self) -> str:
        """The table in LaTeX."""
        return self.table().to_latex()

    def __str__(self) -> str:
        families = list(dict.fromkeys(f.claim.family for f in self.findings))
        good = sum(f.agrees for f in self.findings)
        parts = [self._told(family).to_text() for family in families]
        standings = {f.claim.standing for f in self.findings}
        legend = [f"[{name}]: {text}" for name, text in _LEGEND.items() if name in standings]
        last = "\n".join([*legend, f"{good} of {len(self.findings)} figures agree"])
        return "\n\n".join([*parts, last])

    def _told(self, family: str) -> Table:
        """The claims of one family, for people."""
        columns = ["figure", "published", "computed", "agrees", "source"]
        rows = [
            [f.claim.what, _printed(f.claim.published), _shown(f), f.say(), _source(f.claim)]
            for f in self.findings
            if f.claim.family == family
        ]
        return Table(columns, rows, title=family)

    def __repr__(self) -> str:
        good = sum(f.agrees for f in self.findings)
        return f"<reproduction: {good} of {len(self.findings)} figures agree>"

    def _repr_html_(self) -> str:
        return self.table().to_html()


def claims(family: str | None = None) -> tuple[Claim, ...]:
    """The published figures that can be computed again.

    Parameters
    ----------
    family : str, optional
        One family only.

    Raises
    ------
    InvalidInputError
        If there is no such family.

    Examples
    --------
    >>> len(claims("auctions")) >= 4
    True
    """
    named = [one.claims for one in families(family) if one.claims]
    return tuple(claim for name in named for claim in resolve(name))


def reproduce(
    family: str | None = None, *, progress: Callable[[], object] | None = None
) -> Reproduction:
    """Compute published figures again and compare them.

    Parameters
    ----------
    family : str, optional
        One family only.
    progress : callable, optional
        Called after each claim.

    Returns
    -------
    Reproduction
        With every claim, whether it agrees or not.

    Raises
    ------
    InvalidInputError
        If there is no such family.

    Examples
    --------
    >>> import mechdesign.experiments as experiments
    >>> found = experiments.reproduce("bargaining")
    >>> found.agrees
    True
    >>> found["bargaining.montreal_total"].claim.standing
    'reconstruction'
    """
    findings = []
    for claim in claims(family):
        findings.append(claim.check())
        if progress is not None:
            progress()
    return Reproduction(tuple(findings))


def _printed(published: str | tuple[str, ...]) -> str:
    return published if isinstance(published, str) else f"({', '.join(published)})"


def _source(claim: Claim) -> str:
    return claim.source if claim.standing == "published" else f"{claim.source} [{claim.standing}]"


def _shown(finding: Finding) -> str:
    """The computed figure, in decimals where the published one is."""
    decimals = "." in _printed(finding.claim.published)
    if not decimals or finding.claim.rounding == "text":
        return show(finding.computed)
    if isinstance(finding.computed, tuple):
        return show(tuple(float(value) for value in finding.computed))
    return show(float(finding.computed))
