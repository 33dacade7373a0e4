"""The sandbox answers wrongly on purpose, and the examples take no answer and no ID token that is not right."""

import json
import urllib.request
from typing import Any
from urllib.error import HTTPError

import pytest

from onboarding.sandbox.faults import FAULTS
from tests.examples.citizen import Citizen
from tests.machine.server import Server


def sandbox(server: Server, name: str, **sent: str | None) -> Any:
    """Ask the sandbox by its API, or tell it something."""
    data = json.dumps(sent).encode() if sent else None
    asked = urllib.request.Request(f"{server.url}/sandbox/{name}.json", data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)


@pytest.mark.parametrize("example", ["flask", "node"])
def test_D17_no_wrong_answer_and_no_wrong_id_token_signs_anybody_in(
    request: pytest.FixtureRequest, citizen: Citizen, server: Server, example: str
) -> None:
    home, browser = request.getfixturevalue(example), citizen.browser
    browser.visit(f"{home}/sign-in")
    citizen.register()
    citizen.agree()
    (client,) = [one for one in sandbox(server, "clients") if one["client_name"].lower() == example]
    for fault in FAULTS.keys() - {"slow"}:
        sandbox(server, "faults", client_id=client["client_id"], fault=fault)
        with pytest.raises(HTTPError) as refused:
            browser.visit(f"{home}/sign-in")
        assert "Not signed in" in refused.value.read().decode(), fault
    sandbox(server, "faults", client_id=client["client_id"], fault=None)
    assert browser.visit(f"{home}/sign-in").all("dd")
