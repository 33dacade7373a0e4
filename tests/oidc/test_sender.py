"""The sender against real listeners: what a service is told, when it is told again, and whom it keeps waiting."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from onboarding.accounts import consents, signal_claims, signals, signing_keys
from onboarding.accounts.clients import Client
from onboarding.accounts.signals import CREDENTIAL_CHANGE, DELIVERED, DISABLED, ENABLED, GIVEN_UP, REFUSED, WAITING
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.oidc import sender as sender_file
from onboarding.oidc.sender import Sender
from onboarding.signatures.issuers.sources import Limit
from tests.accounts.agreed import Town
from tests.clock import MovableClock
from tests.machine.web_service import WebService
from tests.oidc.service import ISSUER

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ROOT = Path(__file__).parents[2]
SECEVENT = "https://schemas.openid.net/secevent"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A sandbox that knows its address."""
    return replace(settings, public_url=ISSUER)


@pytest.fixture
def town(database: Database, clock: MovableClock, settings: Settings) -> Town:
    """Citizens and services on the empty database."""
    return Town(database, clock, settings)


@pytest.fixture
def web() -> Iterator[WebService]:
    """Where a service is told things; it takes them."""
    with WebService(status=202) as web:
        yield web


@pytest.fixture
def sender(town: Town) -> Sender:
    """A sender."""
    return Sender(town.database, town.clock, town.settings)


def told_at(web: WebService, **changes: Any) -> dict[str, Any]:
    """The addresses of a service that listens there."""
    at = f"http://127.0.0.1:{web.port}"
    return {"events_uri": f"{at}/events", "logout_uri": None} | changes


def tell(town: Town, service: Client, *kinds: str) -> None:
    """Somebody who has agreed to the service, and these things happen to them, a second after another."""
    account = town.citizen()
    town.sign_in(account, service)
    for kind in kinds or [ENABLED]:
        with town.database.transaction() as db:
            consents.tell(db, town.clock.now(), account.id, kind)
        town.clock.advance(seconds=1)


def read(town: Town, web: WebService) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Header and claims of all events that came, their signatures checked."""
    with town.database.transaction(write=False) as db:
        keys = KeySet.import_key_set({"keys": [key.public() for key in signing_keys.published(db)]})
    found = [jwt.decode(asked.body, keys, ["ES256"]) for asked in web.asked]
    return [(dict(one.header), one.claims) for one in found]


def states(town: Town, service: Client) -> list[tuple[str, str | None, int]]:
    """State, reason and tries of all that a service is told, oldest first."""
    return [(one.state, one.reason, one.attempts) for one in town.all_told(service)]


@ONE
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


@ONE
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


@ONE
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


@ONE
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


@ONE
def test_R45_a_redirect_is_not_followed(town: Town, web: WebService, sender: Sender) -> None:
    service = town.service(**told_at(web))
    tell(town, service)
    web.status, web.headers = 307, {"Location": "/elsewhere"}
    sender.run_once()
    assert [one.path for one in web.asked] == ["/events"]
    assert states(town, service) == [(WAITING, "307", 1)]


@ONE
def test_R45_outside_a_sandbox_no_internal_address_is_connected_to(town: Town, web: WebService) -> None:
    addresses = [f"http://{host}:{web.port}/events" for host in ("127.0.0.1", "localhost")]
    addresses += ["https://10.0.0.1/", "https://169.254.169.254/latest/", "https://[::ffff:127.0.0.1]/"]
    services = [town.service(**told_at(web, events_uri=address)) for address in addresses]
    for service in services:
        tell(town, service)
    Sender(town.database, town.clock, replace(town.settings, mode="production")).run_once()
    assert [states(town, service) for service in services] == [[(WAITING, "no answer", 1)]] * len(services)
    assert web.asked == []


@ONE
def test_a_service_that_does_not_answer_keeps_no_other_waiting_and_is_asked_once_for_all(
    town: Town, web: WebService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_file, "LIMIT", Limit(seconds=30, size=1000))
    with WebService(hold=True) as dead:
        silent, well = town.service(**told_at(dead)), town.service(**told_at(web))
        tell(town, silent, *[ENABLED] * 15)
        tell(town, well)
        stop = Event()
        thread = Thread(target=Sender(town.database, town.clock, town.settings).run, args=(stop,))
        thread.start()
        assert dead.heard.wait(30)
        assert web.heard.wait(30)
        assert {reason for _, reason, _ in states(town, silent)} == {None}, "the other one was waited for"
        stop.set()
        dead.over.set()
        thread.join(30)
    assert len(dead.asked) == 1
    waiting = town.all_told(silent)
    assert [(one.reason, one.attempts) for one in waiting] == [("no answer", 1)] + [(None, 0)] * 14
    assert len({one.due_at for one in waiting}) == 1
    assert {state for state, _, _ in states(town, well)} == {DELIVERED}


def test_two_senders_at_once_send_each_signal_once(town: Town, web: WebService) -> None:
    services = [town.service(**told_at(web)) for _ in range(4)]
    for service in services:
        tell(town, service, *[ENABLED] * 15)
    start = Barrier(2)

    def work() -> None:
        sender = Sender(town.database, town.clock, town.settings, lines=2)
        start.wait()
        sender.run_once()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent = Counter(claims["jti"] for _, claims in read(town, web))
    assert sent == {str(one.id): 1 for service in services for one in town.all_told(service)}


@ONE
def test_what_was_taken_before_kill_9_is_sent_after_it_with_the_same_id(
    town: Town, web: WebService, sender: Sender
) -> None:
    service = town.service(**told_at(web))
    tell(town, service)
    web.hold = True
    environ = {
        "URL": town.settings.database_url,
        "DATA_KEYS": town.settings.data_keys,
        "INDEX_KEY": town.settings.index_key,
        "NOW": town.clock.now().isoformat(),
    }
    killed = subprocess.Popen([sys.executable, "-m", "tests.oidc.held_sender"], env=os.environ | environ, cwd=ROOT)
    assert web.heard.wait(30)
    killed.kill()
    killed.wait()
    web.hold = False
    sender.run_once()
    assert len(web.asked) == 1, "it is the dead one's still"
    town.clock.advance(seconds=signal_claims.CLAIM_TIME.total_seconds())
    sender.run_once()
    first, second = (claims["jti"] for _, claims in read(town, web))
    assert first == second
    assert states(town, service) == [(DELIVERED, None, 2)]


@ONE
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
