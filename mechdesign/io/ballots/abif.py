"""ABIF, the aggregated ballot information format: ``27:A>B=C``, ``27:A/5,B/3``.

Names are declared by ``=A:[Ann Archer]``; metadata stand in braces; ``5:`` is five blank ballots.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction
from os import PathLike
from typing import Any

from mechdesign.errors import InvalidInputError
from mechdesign.io.ballots.building import Builder, fail, text_of
from mechdesign.io.preflib import Ballots
from mechdesign.io.ranking_lists import parse_weight

__all__ = ["format_abif", "parse_abif", "read_abif"]

_META = re.compile(r'\{\s*(?:"([^"]*)"|([^":\s]+))\s*:\s*(.*?)\s*\}')
_CANDIDATE = re.compile(
    r"=\s*(\[[^\]]*\]|\"[^\"]*\"|[^:\[\]]+?)\s*:\s*(\[.*\]|\".*\"|[^\[\"].*|)\s*(?:#.*)?"
)
_VOTES = re.compile(r"([^:\[\]\"]*?)\s*:\s*(.*)")
_MARK = re.compile(
    r"\s*(\[[^\]]*\]|\"[^\"]*\"|[^\[\]\"<>=,/#]+?)\s*(?:/\s*([^>=,\s]+)\s*)?([>=,]|$)"
)
#: Names that may hold any mark, and comments.
_QUOTED = re.compile(r"\[[^\]]*\]|\"[^\"]*\"|\s#.*$")


def read_abif(path: str | PathLike[str], **policies: object) -> Ballots:
    """Read an ABIF file; see :func:`parse_abif`."""
    text, source, told = text_of(path)
    return parse_abif(text, source, told=told, **policies)


def parse_abif(
    text: str, source: str = "text", *, told: tuple[str, ...] = (), **policies: Any
) -> Ballots:
    r"""Read the text of an ABIF file.

    Parameters
    ----------
    text, source, told, **policies
        As in :func:`mechdesign.io.ballots.blt.parse_blt`.

    Raises
    ------
    InvalidInputError
        With the line that cannot be read; where a line has an order and ratings, they must agree.

    Examples
    --------
    >>> ballots = parse_abif("=A:[Ann]\n=B:[Bob]\n3:A>B\n2:B/5,A/1\n")
    >>> ballots.names, ballots.orders
    (('Ann', 'Bob'), ((3, ((1,), (2,))), (2, ((2,), (1,)))))
    """
    declared: dict[str, str] = {}
    votes: list[tuple[int, int | Fraction, str]] = []
    metadata: list[tuple[str, str]] = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        if bare.startswith("{"):
            found = _META.match(bare)
            if not found:
                fail('look like {title: "..."}', bare, number, source)
            metadata.append((found.group(1) or found.group(2), _plain(found.group(3))))
        elif bare.startswith("="):
            found = _CANDIDATE.fullmatch(bare)
            if not found:
                fail("look like =A:[Ann Archer]", bare, number, source)
            key = _plain(found.group(1))
            if key in declared:
                fail("declare every candidate once", key, number, source)
            declared[key] = _plain(found.group(2)) or key
        else:
            found = _VOTES.match(bare)
            if not found or not found.group(1):
                fail("look like `27:A>B=C`", bare, number, source)
            votes.append((number, parse_weight(found.group(1), number, source), found.group(2)))
    if not votes:
        raise InvalidInputError(
            "path",
            "hold a line of votes",
            f"candidates {', '.join(declared) or 'none'}",
            owner=source,
        )
    if len(set(declared.values())) != len(declared):
        declared = {key: f"{key} {name}" for key, name in declared.items()}
    builder = Builder(source, declared.values(), **policies)
    strangers: dict[str, None] = {}
    rated = sum(weight for _, weight, body in votes if "/" in re.sub(_QUOTED, "", body))
    for number, weight, body in votes:
        ranks, unrated = _ranks(body, number, source)
        if declared:
            keys = [*unrated, *(key for rank in ranks for key in rank)]
            new = [key for key in keys if key not in declared]
            # A name cut off where the file ends would be one more candidate.
            if new and body is votes[-1][2] and text.endswith(body):
                fail("end in a line break, or in a declared candidate", body, number, source)
            strangers.update((key, None) for key in new)
        named = [[declared.get(key, key) for key in rank] for rank in ranks]
        builder.add(weight, named, f"line {number}")
        for key in unrated:
            builder.stand(declared.get(key, key))
    notes = list(told)
    if strangers:
        notes.append(f"not declared in the file, taken as candidates: {', '.join(strangers)}")
    if rated:
        notes.append(f"{rated} ballots with ratings, of which the order counts")
    title = next((value for key, value in metadata if key == "title"), "")
    others = [(key, value) for key, value in metadata if key != "title"]
    return builder.ballots("ABIF", title=title, metadata=others, told=notes)


def _ranks(body: str, number: int, source: str) -> tuple[list[list[str]], list[str]]:
    """The candidates of one line, best first, and those whom it names without a rating."""
    body = re.sub(r"\s#.*$", "", body).strip()
    marks: list[tuple[str, Fraction | None, str]] = []
    at = 0
    while at < len(body):
        found = _MARK.match(body, at)
        if not found or not _plain(found.group(1)):
            fail("look like `27:A>B=C` or `27:A/5,B/3`", body, number, source)
        rating = None
        if found.group(2) is not None:
            rating = Fraction(parse_weight(found.group(2), number, source))
        marks.append((_plain(found.group(1)), rating, found.group(3)))
        at = found.end()
    if not marks:
        return [], []
    if marks[-1][2]:
        fail("name a candidate after the last mark", body, number, source)
    joined = {mark for *_, mark in marks[:-1]}
    rated = [(key, rating) for key, rating, _ in marks if rating is not None]
    if "," in joined:
        if joined != {","}:
            fail("part candidates by commas or by > and =, not by both", body, number, source)
        if not rated:
            fail("give ratings where candidates are parted by commas", body, number, source)
        levels = sorted({rating for _, rating in rated}, reverse=True)
        unrated = [key for key, rating, _ in marks if rating is None]
        return [[key for key, rating in rated if rating == level] for level in levels], unrated
    ranks: list[list[str]] = [[]]
    for key, _, mark in marks:
        ranks[-1].append(key)
        if mark == ">":
            ranks.append([])
    given = dict(rated)
    order = [given[key] for rank in ranks for key in rank if key in given]
    level = {key: k for k, rank in enumerate(ranks) for key in rank}
    # Grades are few: of two with the same grade one may stand first.
    agree = all(
        given[a] >= given[b] if level[a] < level[b] else given[a] == given[b]
        for a in given
        for b in given
        if level[a] <= level[b]
    )
    if order and not agree:
        fail("have ratings that agree with the order", body, number, source)
    return ranks, []


def _plain(text: str) -> str:
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        return text[1:-1].strip()
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        try:
            return str(json.loads(text))
        except json.JSONDecodeError:
            return text[1:-1]
    return text


def format_abif(ballots: Ballots) -> str:
    r"""The text of an ABIF file, in which the candidates are called by numbers.

    Examples
    --------
    >>> text = '{"title": "Club"}\n=1:[Ann]\n=2:[Bob]\n3:1>2\n2:2=1\n1:\n'
    >>> format_abif(parse_abif(text)) == text
    True
    """
    data = [("title", ballots.title)] if ballots.title else []
    data += list(ballots.metadata)
    lines = [json.dumps({key: value}, ensure_ascii=False) for key, value in data]
    lines += [f"={k}:[{name}]" for k, name in enumerate(ballots.names, 1)]
    for weight, order in ballots.orders:
        lines.append(f"{weight}:" + ">".join("=".join(map(str, tier)) for tier in order))
    return "\n".join(lines) + "\n"
