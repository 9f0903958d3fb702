"""Where a mechanism, an axiom or a theorem comes from."""

from __future__ import annotations

from mechdesign.model.serialize import serializable
from mechdesign.records import dataclass

__all__ = ["Reference", "Theorem"]


@serializable("model.Reference")
@dataclass(frozen=True)
class Reference:
    """A citation with its identifier.

    Parameters
    ----------
    key : str
        BibTeX key.
    authors : str
        Names separated by the word "and".
    title : str
        Title of the work.
    year : int
        Year of publication.
    venue : str, optional
        Journal, proceedings or publisher.
    doi, arxiv : str, optional
        Identifiers.

    Examples
    --------
    >>> r = Reference("moulin1980", "Moulin, H.", "On strategy-proofness and single peakedness",
    ...               1980, "Public Choice 35", doi="10.1007/BF00128122")
    >>> str(r)
    'Moulin (1980), doi:10.1007/BF00128122'
    """

    key: str
    authors: str
    title: str
    year: int
    venue: str = ""
    doi: str = ""
    arxiv: str = ""

    def __str__(self) -> str:
        names = [name.split(",")[0].strip() for name in self.authors.split(" and ")]
        if len(names) > 2:
            who = f"{names[0]} et al."
        else:
            who = " and ".join(names)
        identifier = f"doi:{self.doi}" if self.doi else f"arXiv:{self.arxiv}" if self.arxiv else ""
        return f"{who} ({self.year})" + (f", {identifier}" if identifier else "")

    def bibtex(self) -> str:
        """The BibTeX entry."""
        fields = {
            "author": self.authors,
            "title": "{" + self.title + "}",
            "year": str(self.year),
            "journal": self.venue,
            "doi": self.doi,
            "eprint": self.arxiv,
            "archiveprefix": "arXiv" if self.arxiv else "",
        }
        kind = "article" if self.venue else "misc"
        body = ",\n".join(f"  {name} = {{{text}}}" for name, text in fields.items() if text)
        return f"@{kind}{{{self.key},\n{body}\n}}"


@serializable("model.Theorem")
@dataclass(frozen=True)
class Theorem:
    """A published result that a mechanism satisfies an axiom.

    Parameters
    ----------
    reference : Reference
        Where it is proved.
    statement : str
        What is proved, with its assumptions.
    settings : tuple of str, optional
        Keys of the settings that the result covers; empty means the mechanism's own setting.
    """

    reference: Reference
    statement: str
    settings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.statement} [{self.reference}]"
