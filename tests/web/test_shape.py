"""P50, R19, R20, B8, B19, B21, B26: what a request must look like before a room sees it."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from onboarding.db import Database
from tests.attacks.wizard import fields_of, refusals, rows
from tests.machine.visitor import Visitor
from tests.web.conftest import Browser

ANSWER = "/onboarding/account"


def form(client: Visitor) -> dict[str, Any]:
    """A right answer to the first question."""
    client.visit(ANSWER)
    return fields_of(client) | {"answer": "phone"}


def test_P50_a_body_of_64_kb_is_read_and_one_byte_more_is_not(client: Visitor, database: Database) -> None:
    right = form(client)
    plain = "&".join(f"{name}={value}" for name, value in right.items())
    filler = 64 * 1024 - len(plain) - len("&filler=")
    for length, status in ((filler + 1, 413), (filler, 303)):
        body = f"{plain}&filler={'x' * length}"
        answer = client.post(ANSWER, data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == status
    assert refusals(database) == ["size"]


@pytest.mark.parametrize(("fields", "status"), [(198, 303), (199, 400)])
def test_P50_200_fields_are_enough(client: Visitor, fields: int, status: int) -> None:
    right = form(client)
    more = {f"f{n}": "" for n in range(fields - len(right) + 2)}
    assert client.post(ANSWER, data=right | more).status_code == status


def test_B21_ten_thousand_fields_are_refused(client: Visitor, database: Database) -> None:
    many = "&".join(f"{n}=" for n in range(10_000))
    answer = client.post(ANSWER, data=many, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert client.get(f"/?{many}").status_code == 400
    assert refusals(database) == ["parameters", "parameters"]


def test_B21_ten_thousand_parts_are_refused(client: Visitor) -> None:
    part = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n\r\n'
    body = "".join(part.format(n) for n in range(1000)) + "--b--\r\n"
    answer = client.post(ANSWER, data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('{"answer": "register"}', "application/json"),
        ('{"answer": "register"}', "text/plain"),
        ('{"answer": "register"}', "application/x-www-form-urlencoded"),
        ('[{"answer": "register"}]', "application/x-www-form-urlencoded"),
        ("{" * 10_000, "application/x-www-form-urlencoded"),
        ("[" * 10_000, "application/json"),
        ("<answer/>", "application/xml"),
        ("answer=register", "application/octet-stream"),
        ("answer=register", ""),
        ("answer=register", "application/x-www-form-urlencoded, text/plain"),
    ],
)
def test_B08_what_is_no_form_is_refused(client: Visitor, database: Database, body: str, kind: str) -> None:
    client.visit(ANSWER)
    before = rows(database, without=("events",))
    answer = client.post(ANSWER, data=body, content_type=kind)
    assert answer.status_code == 415
    assert rows(database, without=("events",)) == before
    assert refusals(database) == ["content-type"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (ANSWER, "answer=phone&answer=register"),
        (f"{ANSWER}?answer=register", "answer=phone"),
        (f"{ANSWER}?lang=en&lang=vi", "answer=phone"),
        (ANSWER, "answer=phone&lang=en&lang=vi"),
    ],
)
def test_B19_a_parameter_sent_twice_is_refused(client: Visitor, database: Database, path: str, body: str) -> None:
    right = form(client)
    body += "".join(f"&{name}={value}" for name, value in right.items() if name != "answer")
    before = rows(database, without=("events",))
    answer = client.post(path, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert rows(database, without=("events",)) == before
    assert refusals(database) == ["parameters"]


def test_B19_in_the_address_alone_and_as_a_file_too(client: Visitor) -> None:
    assert client.get(f"{ANSWER}?answer=phone&answer=register").status_code == 400
    right = form(client)
    file = (io.BytesIO(b"register"), "answer.txt")
    assert client.post(f"{ANSWER}?file=1", data={**right, "file": file}).status_code == 400


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "BREW"])
@pytest.mark.parametrize("path", ["/", ANSWER, "/account", "/account/data", "/health/live"])
def test_B26_other_methods_are_not_there(browser_on_https: Browser, method: str, path: str) -> None:
    answer = browser_on_https.open(path, method=method)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) <= {"GET", "HEAD", "POST"}


def test_no_method_is_overridden(client: Visitor) -> None:
    headers = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
    assert client.get("/account/sign-out?_method=POST", headers=headers).status_code == 405


@pytest.mark.parametrize("path", ["/", ANSWER, "/onboarding/phone", "/account", "/nothing"])
def test_R23_a_get_writes_nothing(client: Visitor, database: Database, path: str) -> None:
    before = rows(database)
    client.get(path)
    FlaskClient.open(client, path, method="HEAD")
    assert rows(database) == before


@pytest.mark.parametrize(
    "path",
    ["/onboarding//account", "/onboarding/account/", "/account/", "//x//evil.example/", "/%2e%2e/", "/ACCOUNT"],
)
def test_R25_an_address_is_right_or_unknown(browser_on_https: Browser, path: str) -> None:
    assert browser_on_https.get(path).status_code == 404
