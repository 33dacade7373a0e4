"""Responses go out as they stand, and as Werkzeug makes them wherever something has to be added or taken away."""

import pytest
from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.test import TestResponse

from onboarding.web import http

ANSWERS: dict[str, ResponseReturnValue] = {
    "/page": "a page",
    "/nothing": ("", 204),
    "/unchanged": ("", 304),
    "/elsewhere": redirect("/thủ-tục?ô=1", 303),
    "/onward": redirect("https://service.example/back?code=a%20b", 303),
}


@pytest.fixture
def bare() -> Flask:
    """An application with these requests and responses and nothing around them."""
    app = Flask(__name__)
    app.request_class, app.response_class = http.Request, http.Response
    app.add_url_rule("/<name>", "answer", view_func=lambda name: ANSWERS[f"/{name}"])
    app.add_url_rule("/cookie/<name>", "cookie", view_func=lambda name: request.cookies.get(name, "none"))
    return app


def ask(app: Flask, path: str, **headers: str) -> TestResponse:
    """One request."""
    return app.test_client(use_cookies=False).get(path, headers=headers)


def test_a_page_has_its_length(bare: Flask) -> None:
    assert ask(bare, "/page").headers["Content-Length"] == "6"


@pytest.mark.parametrize("path", ["/nothing", "/unchanged"])
def test_what_has_no_body_has_no_length(bare: Flask, path: str) -> None:
    assert "Content-Length" not in ask(bare, path).headers


def test_an_address_is_quoted_where_it_is_not_and_else_left_as_it_is(bare: Flask) -> None:
    assert ask(bare, "/elsewhere").headers["Location"] == "/th%E1%BB%A7-t%E1%BB%A5c?%C3%B4=1"
    assert ask(bare, "/onward").headers["Location"] == "https://service.example/back?code=a%20b"


def test_of_two_cookies_of_one_name_the_first_counts(bare: Flask) -> None:
    assert ask(bare, "/cookie/a", Cookie="a=1; b=2; a=3").text == "1"
    assert ask(bare, "/cookie/c", Cookie="a=1; b=2").text == "none"
    assert ask(bare, "/cookie/a").text == "none"


def test_a_redirect_has_no_page() -> None:
    """Browsers show none."""
    answer = http.Flask(__name__).redirect("/elsewhere", 303)
    assert (answer.status_code, answer.location, answer.get_data()) == (303, "/elsewhere", b"")
    assert answer.headers["Content-Length"] == "0"
