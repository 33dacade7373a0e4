"""What is wrong with a page, whichever it is."""

from collections.abc import Iterator

from tests.machine.html import Element, Page

ERROR_TITLES = ("Lỗi: ", "Error: ")
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


def faults(page: Page) -> Iterator[str]:
    """Each fault in a sentence; nothing for a good page."""
    if len(page.all("h1")) != 1:
        yield f"{len(page.all('h1'))} <h1> instead of one"
    if not page.title:
        yield "no title"
    failed = any("error-summary" in element.get("class") for element in page.elements)
    if failed and not page.title.startswith(ERROR_TITLES):
        yield f"the title does not tell of the error: {page.title}"
    if page.title.startswith(tuple(2 * told for told in ERROR_TITLES)):
        yield f"the title tells of the error twice: {page.title}"
    for sentence, wrong in (
        ("no language", without_language(page)),
        ("an id that stands twice", repeated(page)),
        ("no label", [field for field in page.all("input", "select", "textarea") if unlabelled(page, field)]),
        ("no alternative text", [image for image in page.all("img") if "alt" not in image.attributes]),
        (
            "an inline script without nonce",
            [s for s in page.all("script") if not s.attributes.keys() & {"src", "nonce"}],
        ),
        (
            "an inline handler",
            [e for e in page.elements if any(name.startswith("on") for name in e.attributes)],
        ),
        ("an inline style", page.having("style")),
    ):
        yield from (f"{sentence}: <{element.tag}> {element.attributes}" for element in wrong)


def without_language(page: Page) -> list[Element]:
    """The outermost element, if it does not name its language."""
    return [html for html in page.elements[:1] if not html.get("lang")]


def repeated(page: Page) -> list[Element]:
    """The elements whose id another one had before."""
    found, seen = [], set()
    for element in page.having("id"):
        found += [element] * (element.get("id") in seen)
        seen.add(element.get("id"))
    return found


def unlabelled(page: Page, field: Element) -> bool:
    """Whether nothing tells a person what to put into a field."""
    if field.tag == "input" and field.get("type", "text") in UNLABELLED:
        return False
    told = field.get("aria-label") or field.get("aria-labelledby") or field.inside("label")
    return not told and not any(label.get("for") == field.get("id") and label.text for label in page.all("label"))
