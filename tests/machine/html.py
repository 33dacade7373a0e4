"""Reads a page as far as tests need it: title, headings, forms, errors."""

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
ATTRIBUTE = re.compile(r'([a-zA-Z][\w:.-]*)(?:="([^"]*)")?')
# What our pages are made of; anything else is left to Python's own parser, which takes twice as long.
PLAIN = re.compile(
    r"""<([a-zA-Z][\w:-]*)((?:\s+[a-zA-Z][\w:.-]*(?:="[^"]*")?)*)\s*(/?)>  # a tag, its attributes, its own end
    |</([a-zA-Z][\w:-]*)>|([^<]+)|<!doctype\ html>""",
    re.VERBOSE | re.ASCII,
)
RAW = {"script", "style"}  # in them, < and & mean themselves
START, END, TEXT = range(3)
Token = tuple[int, str, dict[str, str]]


@dataclass(slots=True)
class Element:
    """One element with its attributes and the text inside it, which is a slice of the page's."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None"
    texts: list[str]
    first: int
    end: int

    @property
    def source(self) -> str:
        """All text inside, as it stands."""
        return "".join(self.texts[self.first : self.end])

    @property
    def text(self) -> str:
        """All text inside, spaces folded."""
        return " ".join(self.source.split())

    def inside(self, tag: str) -> "Element | None":
        """The nearest element around this one that has this tag."""
        around = self.parent
        while around is not None and around.tag != tag:
            around = around.parent
        return around

    def get(self, name: str, default: str = "") -> str:
        """An attribute."""
        return self.attributes.get(name, default)


class Page:
    """An HTML page."""

    def __init__(self, html: str) -> None:
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self._texts: list[str] = []
        for kind, name, attributes in plain(html) or Lenient(html).tokens:
            if kind == TEXT:
                self._texts.append(name)
            elif kind == START:
                self._begin(name, attributes)
            else:
                self._end(name)
        while self._open:
            self._close(self._open.pop())

    def all(self, *tags: str) -> list[Element]:
        """The elements with these tags, in their order."""
        return [element for element in self.elements if element.tag in tags]

    def having(self, attribute: str) -> list[Element]:
        """The elements with this attribute."""
        return [element for element in self.elements if attribute in element.attributes]

    @property
    def title(self) -> str:
        """The text of `<title>`, which may also stand in a picture."""
        return next((title.text for title in self.all("title") if title.inside("svg") is None), "")

    @property
    def heading(self) -> str:
        """The text of the first `<h1>`."""
        return next((heading.text for heading in self.all("h1")), "")

    @property
    def text(self) -> str:
        """Everything that can be read on the page."""
        return next((body.text for body in self.all("body")), "")

    @property
    def errors(self) -> list[str]:
        """The lines of the error summary."""
        return [entry.text for entry in self.all("li") if "error-summary" in classes_around(entry)]

    @property
    def support_code(self) -> str:
        """The support code shown, or nothing."""
        return next((element.text for element in self.having("data-support-code")), "")

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        around = self._open[-1] if self._open else None
        element = Element(tag, attributes, around, self._texts, len(self._texts), len(self._texts))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def _end(self, tag: str) -> None:
        """An end that nothing began is passed over; what it leaves open inside, it ends."""
        if tag in [element.tag for element in self._open]:
            while self._close(self._open.pop()).tag != tag:
                pass

    def _close(self, element: Element) -> Element:
        element.end = len(self._texts)
        return element


def plain(html: str) -> list[Token]:
    """The tokens of a page in which every one is plain; none where one is not."""
    tokens: list[Token] = []
    position = 0
    for found in PLAIN.finditer(html):
        tag, attributes, own_end, ended, text = found.groups()
        if found.start() != position or (tag in RAW and not html.startswith(f"</{tag}>", found.end())):
            return []
        position = found.end()
        if text:
            tokens.append((TEXT, unescape(text), {}))
        elif tag:
            tokens.append(
                (
                    START,
                    tag.lower(),
                    {name.lower(): unescape(value) for name, value in ATTRIBUTE.findall(attributes)},
                )
            )
        if ended or own_end:
            tokens.append((END, (ended or tag).lower(), {}))
    return tokens if position == len(html) else []


class Lenient(HTMLParser):
    """The tokens of any page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tokens: list[Token] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tokens.append((START, tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        self.tokens.append((END, tag, {}))

    def handle_data(self, data: str) -> None:
        self.tokens.append((TEXT, data, {}))


def classes_around(element: Element) -> str:
    """The class attributes of all elements around this one."""
    found, around = "", element.parent
    while around is not None:
        found += f" {around.get('class')}"
        around = around.parent
    return found
