"""The door between server and Flask: what a request looks like once it is whole."""

from types import SimpleNamespace
from typing import Any

from onboarding.front import environ


class Sent(list[tuple[str, str]]):
    """Headers as the server gives them."""

    def items(self) -> "Sent":
        return self


def asked(*headers: tuple[str, str], body: bytes = b"") -> dict[str, Any]:
    """The environment of a request with these headers."""
    scope = SimpleNamespace(
        headers=Sent(headers),
        method="POST",
        path="/onboarding/đi",
        query_string="a=1",
        server="127.0.0.1:8000",
        client="[::1]:50000",
        scheme="http",
        http_version="1.1",
    )
    return environ(scope, body)  # type: ignore[arg-type]


def test_a_header_with_underscores_is_not_taken_for_the_one_with_dashes() -> None:
    made = asked(("x-forwarded-for", "10.0.0.1"), ("x_forwarded_for", "6.6.6.6"))
    assert made["HTTP_X_FORWARDED_FOR"] == "10.0.0.1"


def test_headers_sent_twice_are_joined() -> None:
    made = asked(
        ("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "2.2.2.2"), ("cookie", "a=1"), ("cookie", "b=2")
    )
    assert (made["HTTP_X_FORWARDED_FOR"], made["HTTP_COOKIE"]) == ("1.1.1.1,2.2.2.2", "a=1; b=2")


def test_what_flask_needs_is_there() -> None:
    made = asked(("content-type", "text/plain"), ("content-length", "3"), body=b"abc")
    assert made["PATH_INFO"].encode("latin-1").decode() == "/onboarding/đi"
    assert (made["CONTENT_TYPE"], made["CONTENT_LENGTH"], made["REMOTE_ADDR"]) == ("text/plain", "3", "::1")
    assert not {"HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"} & made.keys()


def test_errors_can_be_written_during_a_request() -> None:
    made = asked()
    assert callable(made["wsgi.errors"].write)
