"""Names of services stand on many pages."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.clock import MovableClock
from tests.journey.people import Person
from tests.machine.visitor import Visitor
from tests.oidc.service import Service, agree, answer_in, enter


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_B14_a_name_is_text_on_every_page(
    app: Flask, clock: MovableClock, as_role: Callable[..., Visitor], person: Person
) -> None:
    name = "<b>\"&'%(service)s{{7*7}} 100%"
    admin = as_role("administrator")
    enter(person)
    service = Service(app, clock, name)
    assert name in person.client.visit(service.asks()).text
    tokens = service.trade(answer_in(agree(person, service.asks()))["code"]).get_json()
    pages = [(admin, f"/console/clients/{service.id}{act}") for act in ("", "/change", "/end")]
    pages += [(admin, "/console/clients"), (person.client, "/account"), (person.client, "/sandbox/clients")]
    pages += [(person.client, f"/oidc/end-session?id_token_hint={tokens['id_token']}")]
    pages += [(person.client, service.asks(redirect_uri="https://elsewhere.example/"))]
    for visitor, address in pages:
        visitor.get(address)
        assert name in visitor.page.text, address
