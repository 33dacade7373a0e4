"""The sender in bad company: addresses that lead inside, dead services, a second sender, `kill -9`."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest

from onboarding.accounts import signal_claims
from onboarding.accounts.signals import DELIVERED, ENABLED, GIVEN_UP, WAITING
from onboarding.oidc import sender as sender_file
from onboarding.oidc.sender import Sender
from onboarding.signatures.issuers.sources import Limit
from tests.accounts.agreed import Town
from tests.machine.web_service import WebService
from tests.oidc.told import read, states, tell, told_at

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ROOT = Path(__file__).parents[2]


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
    assert [(one.reason, one.attempts) for one in waiting] == [("no answer", 1)] * 15, "asked with one, for all"
    assert len({one.due_at for one in waiting}) == 1
    assert {state for state, _, _ in states(town, well)} == {DELIVERED}


@ONE
def test_a_service_that_is_away_is_asked_ever_more_seldom_however_much_waits_for_it(
    town: Town, web: WebService, sender: Sender
) -> None:
    service = town.service(**told_at(web))
    web.status = 503
    tell(town, service, *[ENABLED] * 30)
    for hours in range(80):
        town.clock.advance(hours=1)
        sender.run_once()
        if hours % 20 == 0:
            tell(town, service)
            sender.run_once()
    assert len(web.asked) <= 80 + 4, "once an hour, and once for each that was new"
    assert {state for state, _, _ in states(town, service)[:30]} == {GIVEN_UP}, "all that are three days old"
    waiting = [one.due_at for one in town.all_told(service) if one.state == WAITING]
    assert (len(waiting), len(set(waiting))) == (3, 1), "all that is younger waits for one next try"
    web.status = 202
    town.clock.advance(minutes=10)
    sender.run_once()
    assert [state for state, _, _ in states(town, service)[-3:]] == [DELIVERED] * 3


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
