"""Reads a page as far as tests need it: title, headings, forms, errors."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    """One element with its attributes and the text inside it."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text inside, spaces folded."""
        return " ".join("".join(self.parts).split())

    def inside(self, tag: str) -> "Element | None":
        """The nearest element around this one that has this tag."""
        around = self.parent
        while around is not None and around.tag != tag:
            around = around.parent
        return around

    def get(self, name: str, default: str = "") -> str:
        """An attribute."""
        return self.attributes.get(name, default)


class Page(HTMLParser):
    """An HTML page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()

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

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        element = Element(tag, attributes, self._open[-1] if self._open else None)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self._open):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.parts.append(data)


def classes_around(element: Element) -> str:
    """The class attributes of all elements around this one."""
    found, around = "", element.parent
    while around is not None:
        found += f" {around.get('class')}"
        around = around.parent
    return found
