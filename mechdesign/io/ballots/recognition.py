"""Which format of ballots a file has: by its name, and by what stands in it where that is open."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from os import PathLike
from types import MappingProxyType

from mechdesign.errors import InvalidInputError
from mechdesign.io.ballots.abif import read_abif
from mechdesign.io.ballots.blt import read_blt
from mechdesign.io.ballots.building import alike, cast_again
from mechdesign.io.ballots.cvotes import is_cvotes, read_cvotes
from mechdesign.io.ballots.nameq import is_nameq, read_nameq
from mechdesign.io.ballots.scottish import is_scottish, read_scottish
from mechdesign.io.ballots.stv_files import read_stv
from mechdesign.io.ballots.tally_sheets import is_tally_sheet, read_tally_sheet
from mechdesign.io.files import as_path, decode, read_bytes
from mechdesign.io.preflib import KINDS, NO_BALLOTS, Ballots, read_preflib
from mechdesign.io.ranking_lists import read_rankings

__all__ = ["BALLOT_FORMATS", "ballot_format", "format_in", "read_ballots"]

#: Formats whose marks may be read in several ways: their readers take policies.
_CAST: Mapping[str, Callable[..., Ballots]] = MappingProxyType(
    {
        "blt": read_blt,
        "abif": read_abif,
        "stv": read_stv,
        "tally": read_tally_sheet,
        "scottish": read_scottish,
        "cvotes": read_cvotes,
        "nameq": read_nameq,
    }
)
#: The formats by name, as in ``--as``.
BALLOT_FORMATS = (*KINDS, "cat", "rankings", *_CAST)
_OPEN = ("", "txt", "csv", "tally")
_STV = re.compile(r"^(title|method|quota|seats|candidate|ballots)=", re.MULTILINE)
_DATA_TYPE = re.compile(r"^#\s*DATA TYPE:\s*(\w+)\s*$", re.MULTILINE)
_FILE_NAME = re.compile(r"^#\s*FILE NAME:\s*\S+\.(\w+)\s*$", re.MULTILINE)
_BLT = re.compile(r"\s*(?:#.*\s+)*\d{1,6}[ \t]+\d{1,6}[ \t]*(?:#.*)?\n")
_BLT_END = re.compile(r"^\s*0\s*(?:#.*)?$", re.MULTILINE)
_ABIF_HEAD = re.compile(r"^\s*(?:=\s*\S+\s*:|\{\s*\"?\w+\"?\s*:.*\}\s*$)", re.MULTILINE)
_COUNTED = re.compile(r"^\s*\d+(?:[./]\d+)?\s*:\s*[^\s:]", re.MULTILINE)


def format_in(text: str) -> str | None:
    """The format of ballots that a text is written in; None for another text."""
    kind = _DATA_TYPE.search(text) or _FILE_NAME.search(text)
    if kind and kind[1].lower() in (*KINDS, "cat", *NO_BALLOTS):
        return kind[1].lower()
    if _STV.match(text.lstrip("\ufeff")):
        return "stv"
    if is_scottish(text):
        return "scottish"
    if _BLT.match(text.lstrip("\ufeff")) and _BLT_END.search(text):
        return "blt"
    if is_tally_sheet(text):
        return "tally"
    if is_cvotes(text):
        return "cvotes"
    if is_nameq(text):
        return "nameq"
    lines = [line for line in text.splitlines() if line.strip() and line.lstrip()[0] not in "#{="]
    if lines and _ABIF_HEAD.search(text) and all(map(_COUNTED.match, lines[:20])):
        return "abif"
    ranked = lines and all(_COUNTED.match(x) or (">" in x and "," not in x) for x in lines[:20])
    return "rankings" if ranked and any(">" in line for line in lines) else None


def ballot_format(path: str | PathLike[str], given: str | None = None) -> str | None:
    """The name of a file's format of ballots, also of PrefLib's others; None for another file.

    Parameters
    ----------
    path : path
        The file.
    given : str, optional
        What the user says it is.
    """
    if given in BALLOT_FORMATS:
        return given
    file = as_path(path)
    suffix = file.suffix.lower().lstrip(".")
    if suffix in (*BALLOT_FORMATS, "wmd") and suffix not in _OPEN:
        return suffix
    if suffix == "dat" and re.fullmatch(r"\d{5}-\d{8}", file.stem):
        return suffix
    if suffix not in _OPEN or not file.is_file():
        return None
    if suffix == "csv":
        # Most CSV files are tables: the first line of two numbers tells the others.
        with file.open("rb") as stream:
            # Of two bytes a letter every second one is zero.
            head = re.sub(rb"^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)|\0", b"", stream.read(400))
            if not re.match(rb"\s*\d+\s*,\s*\d+[\s,]*\n", head):
                return None
    return format_in(decode(read_bytes(file), file.name)[0])


def read_ballots(path: str | PathLike[str], name: str, **policies: object) -> Ballots:
    """The ballots of a file of that format, with what it was taken for."""
    if name in _CAST:
        return _CAST[name](path, **policies)
    if name in NO_BALLOTS:
        shown = f"{as_path(path).name} ({NO_BALLOTS[name]})"
        raise InvalidInputError("path", "hold ballots", shown)
    meant = {"skipped", "duplicate", *(["overvote"] if name == "cat" else [])}
    unmarked = sorted(meant & set(policies))
    if unmarked:
        # Each line of these has a candidate at every rank, each once; categories hold several.
        raise InvalidInputError(", ".join(unmarked), f"be left out for a .{name} file", policies)
    if name == "rankings":
        found, what = read_rankings(path), "lines of rankings"
    else:
        found = read_preflib(path)
        what = "PrefLib categories" if name == "cat" else f"PrefLib orders ({found.kind})"
    told = f"read as {what}: {found.voters} ballots, {len(found.names)} candidates"
    found = replace(found, decisions=(told, *found.decisions, *alike(dict.fromkeys(found.names))))
    if found.blank:
        note = f"{found.blank} blank ballots, which rank nobody"
        found = replace(found, decisions=(*found.decisions, note))
    return cast_again(found, as_path(path).name, **policies) if policies else found
