"""The sender against real listeners: what a service is told, and when it is told again."""

import pytest

from onboarding.accounts import signals
from onboarding.accounts.clients import Client
from onboarding.accounts.signals import CREDENTIAL_CHANGE, DELIVERED, DISABLED, ENABLED, GIVEN_UP, REFUSED, WAITING
from onboarding.oidc import sender as sender_file
from onboarding.oidc.sender import Sender
from tests.accounts.agreed import Town
from tests.machine.web_service import WebService
from tests.oidc.service import ISSUER
from tests.oidc.told import read, states, tell, told_at

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SECEVENT = "https://schemas.openid.net/secevent"


def test_an_event_is_a_signed_statement_with_nothing_personal(town: Town, web: WebService, sender: Sender) -> None:
    service = town.service(**told_at(web))
    begun = town.clock.now()
    tell(town, service, DISABLED, CREDENTIAL_CHANGE)
    sender.run_once()
    assert [(one.path, one.headers["content-type"]) for one in web.asked] == [("/events", sender_file.SET)] * 2
    (header, first), (_, second) = read(town, web)
    assert (header["typ"], header["alg"]) == ("secevent+jwt", "ES256")
    subject = {"format": "iss_sub", "iss": ISSUER, "sub": first["sub_id"]["sub"]}
    (disabled, change) = town.all_told(service)
    assert first == {
        "iss": ISSUER,
        "aud": str(service.id),
        "jti": str(disabled.id),
        "iat": int(begun.timestamp()),
        "sub_id": subject,
        "events": {f"{SECEVENT}/risc/event-type/account-disabled": {}},
    }
    changed = {
        f"{SECEVENT}/caep/event-type/credential-change": {"credential_type": "phone-sms", "change_type": "update"}
    }
    assert (second["jti"], second["events"], second["sub_id"]) == (str(change.id), changed, subject)
    assert states(town, service) == [(DELIVERED, None, 1)] * 2


def test_D26_a_signed_out_session_is_named_as_in_the_id_token_and_differently_to_each_service(
    town: Town, web: WebService, sender: Sender
) -> None:
    services = [town.service(**told_at(web), sector=name) for name in ("land", "births")]
    account = town.citizen()
    sign_in = town.sign_in(account, *services)
    with town.database.transaction() as db:
        for service in services:
            signals.signed_out(db, town.clock.now(), service, account.id, sign_in.id)
    sender.run_once()
    here, there = (claims["sub_id"] for _, claims in read(town, web))
    assert here.keys() == {"format", "user", "session"}
    assert (here["format"], here["session"]["format"]) == ("complex", "opaque")
    assert here["user"]["sub"] != there["user"]["sub"]
    assert here["session"]["id"] != there["session"]["id"]


def test_what_a_service_does_not_take_is_sent_again_ever_later_and_given_up_after_three_days(
    town: Town, web: WebService, sender: Sender
) -> None:
    service = town.service(**told_at(web))
    tell(town, service)
    web.status = 503
    for tries in range(1, 5):
        sender.run_once()
        (told,) = town.all_told(service)
        assert (told.state, told.reason, told.attempts) == (WAITING, "503", tries)
        assert told.due_at is not None
        assert 2 ** (tries - 1) <= (told.due_at - town.clock.now()).total_seconds() <= 2**tries
        sender.run_once()
        assert len(web.asked) == tries
        town.clock.set(told.due_at)
    town.clock.advance(days=3)
    sender.run_once()
    assert states(town, service) == [(GIVEN_UP, "503", 5)]
    assert len({claims["jti"] for _, claims in read(town, web)}) == 1
    with town.database.transaction() as db:
        assert [one.kind for one in signals.to_poll(db, service, 10)] == [ENABLED], "it can still be asked for"


def test_what_a_service_refuses_is_not_sent_again_and_the_next_is(
    town: Town, web: WebService, sender: Sender
) -> None:
    service = town.service(**told_at(web))
    tell(town, service, DISABLED, ENABLED)
    web.status, web.body = 400, '{"err": "invalid_audience"}'
    sender.run_once()
    town.clock.advance(days=1)
    sender.run_once()
    assert states(town, service) == [(REFUSED, "400", 1)] * 2
    assert len(web.asked) == 2


def test_a_service_that_takes_its_address_away_is_not_pushed_to(
    town: Town, web: WebService, sender: Sender
) -> None:
    service = town.service(**told_at(web))
    tell(town, service)
    with town.database.transaction() as db:
        db.get_one(Client, service.id).events_uri = None
    sender.run_once()
    assert web.asked == []
    with town.database.transaction() as db:
        assert [one.due_at for one in signals.to_poll(db, service, 10)] == [None]
