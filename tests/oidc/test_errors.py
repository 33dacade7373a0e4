"""Whoever has built a service wrongly is told what to mend; citizens are told that it is not their mistake."""

import re
from dataclasses import replace

import pytest
from flask import Flask

from onboarding.oidc.errors import SENTENCES
from tests.journey.people import Person
from tests.oidc.service import BACK, Service


def test_sentences_have_the_letters_that_a_description_may_have() -> None:
    allowed = re.compile(r"[\x20-\x21\x23-\x5B\x5D-\x7E]+")  # RFC 6749, 4.1.2.1
    assert [error for error, sentence in SENTENCES.items() if not allowed.fullmatch(sentence)] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mode", ["sandbox", "production"])
def test_only_a_sandbox_says_what_is_registered(app: Flask, person: Person, service: Service, mode: str) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], mode=mode)
    assert person.client.get(service.asks(redirect_uri=f"{BACK}?nearly")).status_code == 400
    assert "you have not" in person.page.text
    assert (f"{BACK} " in person.page.text) == (mode == "sandbox")
    assert "nearly" not in person.page.text
    assert person.client.get(service.asks(client_id="nobody")).status_code == 400
    assert ("No service with this client_id" in person.page.text) == (mode == "sandbox")
