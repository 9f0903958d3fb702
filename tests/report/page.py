"""Reads a page as a browser would, and complains of what must not be in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_VOID = {"meta", "link", "br", "hr", "img", "input", "wbr"}


class Page(HTMLParser):
    """The elements and the text of a page; raises on tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == [], "every tag is closed"

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words))

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def checked(text: str) -> Page:
    """The page, after everything that every page has to keep was checked."""
    page = Page(text)
    names = {tag for tag, _ in page.elements}
    assert not names & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "image",
        "foreignobject",
    }
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(set(ids)) == len(ids), "ids are distinct"
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
        link = attributes.get("href") or attributes.get("xlink:href")
        if link is not None and link.startswith("#"):
            assert link[1:] in ids, f"{link} leads nowhere"
        elif link is not None:
            assert tag == "a"
            assert link.startswith("https://doi.org/")
        for value in attributes.values():
            assert "javascript:" not in (value or "")
            for inner in re.findall(r"url\(([^)]*)\)", value or ""):
                assert inner.startswith("#")
                assert inner[1:] in ids
    assert all("scope" in attributes for attributes in page.all("th"))
    for drawing in page.all("svg"):
        assert drawing["role"] == "img"
        assert drawing["aria-labelledby"] in ids
    assert len(page.all("h1")) == 1
    assert page.all("html") == [{"lang": "en"}]
    style = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    return page
