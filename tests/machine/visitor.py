"""A visitor with a plain HTTP client, who fills in forms and finds fault with every page met."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.machine.faults import faults
from tests.machine.html import Element, Page


class Visitor(FlaskClient):
    """Flask's test client. Whatever page it fetches, by whatever method, is inspected."""

    page: Page
    response: TestResponse

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response: TestResponse = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 307, 308):
            self.response, self.page = response, Page(response.text)
            problems = list(faults(self.page))
            assert not problems, f"{response.request.path}: {'; '.join(problems)}"
        return response

    @property
    def path(self) -> str:
        """Where the visitor is."""
        return self.response.request.path

    def visit(self, path: str) -> Page:
        """Open a page, following redirects, and expect it to be there."""
        response = self.get(path, follow_redirects=True)
        assert response.status_code == 200, f"{path}: {response.status}"
        return self.page

    def submit(self, *, form: str = "", **answers: str) -> Page:
        """Fill in and send the form of the page where the visitor is.

        What is not answered keeps what the page has filled in; an answer that the page does not ask for
        fails. `form` is part of the form's action, to tell it from others on the page.
        """
        posts = [f for f in self.page.all("form") if f.get("method").lower() == "post" and form in f.get("action")]
        assert posts, f"{self.path} has no such form"
        chosen = posts[0]
        fields = filled_in(self.page, chosen)
        asked = {e.get("name") for e in self.page.having("name") if e.inside("form") is chosen}
        assert asked >= answers.keys(), f"{self.path} does not ask for {answers.keys() - asked}"
        self.post(chosen.get("action") or self.path, data=fields | answers, follow_redirects=True)
        return self.page


def filled_in(page: Page, form: Element) -> dict[str, str]:
    """What a browser would send for a form that nobody touched."""
    values = {}
    for element in page.all("input", "textarea"):
        kind = element.get("type", "text")
        chosen = kind not in ("radio", "checkbox") or "checked" in element.attributes
        if element.inside("form") is form and element.get("name") and kind != "submit" and chosen:
            values[element.get("name")] = value_of(element)
    for option in page.all("option"):
        select = option.inside("select")
        if select is not None and option.inside("form") is form and "selected" in option.attributes:
            values[select.get("name")] = option.get("value", option.text)
    return values


def value_of(element: Element) -> str:
    """What an untouched input or textarea would send."""
    if element.tag == "textarea":
        return element.source.removeprefix("\n")
    return element.get("value", "on" if element.get("type") == "checkbox" else "")
