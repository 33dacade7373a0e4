"""What the tests of this room share: a service with two citizens, and how its program calls."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.clock import MovableClock
from tests.journey.conftest import new_person, person
from tests.journey.people import Person
from tests.oidc.service import Service, enter

__all__ = ["new_person", "person"]


class Program:
    """A service's own program: it proves itself by its secret unless it is told otherwise."""

    def __init__(self, app: Flask, service: Service) -> None:
        self.service, self._http = service, app.test_client()

    def call(self, path: str, method: str = "GET", **sent: Any) -> TestResponse:
        """Any request below /api/v1; `token` is sent as a bearer's."""
        proof = {"Authorization": f"Bearer {sent.pop('token')}"} if "token" in sent else self.service.basic()
        sent["headers"] = {**proof, **sent.get("headers", {})}
        answer: TestResponse = self._http.open(f"/api/v1{path}", method=method, **sent)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        return answer

    def get(self, path: str, **sent: Any) -> Any:
        """What is told, which has to be something."""
        answer = self.call(path, **sent)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def sign_out(self, sub: str, key: str | None = None, **sent: Any) -> TestResponse:
        """End a citizen's sign-ins, with an idempotency key where one is named."""
        headers = {"Idempotency-Key": f'"{key}"'} if key else {}
        return self.call(f"/accounts/{sub}/sign-out", "POST", headers=headers, **sent)


@pytest.fixture
def service(app: Flask, clock: MovableClock) -> Service:
    """A service that is registered here."""
    return Service(app, clock)


@pytest.fixture
def program(app: Flask, service: Service) -> Program:
    """Its program."""
    return Program(app, service)


@pytest.fixture
def tokens(person: Person, service: Service) -> dict[str, Any]:
    """What a citizen's sign-in to it has given it."""
    enter(person)
    return service.tokens(person, scope="openid phone national_id")


@pytest.fixture
def sub(service: Service, tokens: dict[str, Any]) -> str:
    """Whom it knows the citizen as."""
    return str(service.told(tokens["id_token"])["sub"])


def number_of(answer: TestResponse) -> int:
    """Which problem it is; it has to be one."""
    assert answer.mimetype == "application/problem+json", answer.text
    told = answer.get_json()
    assert told["status"] == answer.status_code == told["number"] // 100
    assert told["type"].endswith(f"/api/v1/problems/{told['number']}")
    return int(told["number"])
