"""Every error of the API is a problem with a number that its documents tell."""

import re
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import NoReturn

import pytest
from flask import Flask, abort
from sqlalchemy.exc import OperationalError

from onboarding.db import Database
from onboarding.web.problems import BY_STATUS, KINDS
from tests.api.conftest import Program, number_of

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAGE = Path(__file__).parents[2] / "docs" / "integrators-api.md"
OUT = "/accounts/x/sign-out"
BIG = {"method": "POST", "data": b"x" * 70_000, "content_type": "application/json"}
CALLS = {
    "a parameter twice": (40001, "/client?a=1&a=2", {}),
    "a foreign host": (40001, "/client", {"base_url": "https://other.example"}),
    "nothing there": (40401, "/nothing", {}),
    "the tree itself": (40401, "", {}),
    "no such problem": (40401, "/problems/1", {}),
    "a redirect that would be": (40401, "//client", {}),
    "another method": (40501, "/client", {"method": "DELETE"}),
    "a preflight": (40501, "/client", {"method": "OPTIONS", "headers": {"Origin": "https://other.example"}}),
    "too large": (41301, OUT, BIG),
    "a form": (41501, OUT, {"method": "POST", "data": {"a": "1"}}),
    "JSON by another name": (41501, OUT, {"method": "POST", "data": "{}", "mimetype": "text/plain"}),
    "a file": (41501, OUT, {"method": "POST", "data": {"a": (BytesIO(b"x"), "x")}}),
}  # fmt: skip


@ONE
def test_every_error_of_the_tree_is_a_problem_and_sets_no_cookie(app: Flask, program: Program) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    for name, (number, path, sent) in CALLS.items():
        assert number_of(program.call(path, **sent)) == number, name  # type: ignore[arg-type]
    assert program.call("/client", method="DELETE").headers["Allow"]
    assert program.get("/client?lang=en"), "no cookie for the language either"
    assert app.test_client().get("/account?lang=en").headers["Set-Cookie"], "as a page sets one"


@ONE
def test_whatever_fails_within_is_a_problem(app: Flask, program: Program) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    for status, kind in BY_STATUS.items():
        app.view_functions["api.client"] = partial(fail, status)
        answer = program.call("/client")
        assert number_of(answer) == kind.number
        assert "Nguyễn" not in answer.text
        assert ("Retry-After" in answer.headers) is (status == 503)


def fail(status: int) -> NoReturn:
    """Whatever ends a view."""
    if status == 503:
        raise OperationalError("SELECT", None, Exception())
    if status == 500:
        raise RuntimeError("Nguyễn Văn A")
    abort(status)


@ONE
def test_a_database_that_is_away_is_told_as_a_problem(program: Program, database: Database, app: Flask) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    path = Path(str(database.engine.url.database))
    app.extensions["database"].engine.dispose()
    path.rename(path.with_suffix(".away"))
    path.mkdir()
    answer = program.call("/client")
    assert (number_of(answer), answer.headers["Retry-After"]) == (50301, "5")


def test_the_documents_have_the_table_of_the_code() -> None:
    rows = re.findall(r"^\| (\d{5}) \| (.+?) \| (.+?) \|$", PAGE.read_text(), re.MULTILINE)
    assert rows == [(str(kind.number), kind.title, kind.detail) for kind in KINDS.values()]


@ONE
def test_the_type_of_a_problem_leads_to_what_it_means(program: Program) -> None:
    for number, kind in KINDS.items():
        assert program.get(f"/problems/{number}")["title"] == kind.title
