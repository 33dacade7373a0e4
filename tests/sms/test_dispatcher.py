import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from onboarding.cli import main
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.errors import SettingsError
from onboarding.sealed import Keyring
from onboarding.sms.dispatcher import IDLE, Dispatcher, chosen_gateways
from tests.clock import MovableClock
from tests.sms.gateways import Telephone, busy, no_such_number
from tests.sms.promises import CODE, NUMBER, promise, read


def test_a_sent_message_is_erased_and_keeps_its_state(database: Database, clock: MovableClock) -> None:
    message_id = promise(database, clock)
    clock.advance(seconds=2)
    Dispatcher(database, clock, Telephone()).run_once()
    message = read(database, message_id)
    assert (message.state, message.gateway, message.sent_at) == ("sent", "telephone", clock.now())
    assert (message.to_sealed, message.text_sealed, message.wrapped_key) == (None, None, None)


def test_a_refused_message_is_tried_again_ever_later_with_the_same_id_and_text(
    database: Database, clock: MovableClock
) -> None:
    telephone = Telephone(busy(), busy(), busy())
    dispatcher = Dispatcher(database, clock, telephone)
    message_id = promise(database, clock)
    dispatcher.run_once()
    for wait in (1, 2, 4):
        clock.advance(seconds=wait - 0.1)
        assert dispatcher.run_once() == 0
        clock.advance(seconds=0.1)
        assert dispatcher.run_once() == 1
    assert len(telephone.asked) == 4
    assert set(telephone.asked) == set(telephone.taken)
    message = read(database, message_id)
    assert (message.state, message.reason, message.attempts) == ("sent", None, 4)


def test_a_final_refusal_ends_it(database: Database, clock: MovableClock) -> None:
    telephone = Telephone(no_such_number())
    message_id = promise(database, clock)
    Dispatcher(database, clock, telephone).run_once()
    clock.advance(minutes=5)
    assert Dispatcher(database, clock, telephone).run_once() == 0
    message = read(database, message_id)
    assert (message.state, message.reason, message.text_sealed) == ("failed", "no such number", None)


def test_what_nobody_needs_any_more_is_dropped_and_erased(database: Database, clock: MovableClock) -> None:
    telephone = Telephone()
    message_id = promise(database, clock)
    clock.advance(minutes=10)
    assert Dispatcher(database, clock, telephone).run_once() == 0
    message = read(database, message_id)
    assert (message.state, message.wrapped_key, message.text_sealed) == ("dropped", None, None)
    assert telephone.asked == []


def test_a_message_that_is_refused_all_its_life_is_dropped_at_its_end(
    database: Database, clock: MovableClock
) -> None:
    telephone = Telephone(*(busy() for _ in range(100)))
    message_id = promise(database, clock)
    for _ in range(601):
        Dispatcher(database, clock, telephone).run_once()
        clock.advance(seconds=1)
    message = read(database, message_id)
    assert (message.state, message.reason, message.text_sealed) == ("dropped", "busy", None)
    assert 12 < len(telephone.asked) < 20


def test_a_gateway_that_breaks_does_not_hold_up_the_others(database: Database, clock: MovableClock) -> None:
    telephone = Telephone(KeyError(NUMBER))
    broken, fine = promise(database, clock), promise(database, clock)
    assert Dispatcher(database, clock, telephone).run_once() == 2
    states = {read(database, message_id).state for message_id in (broken, fine)}
    assert states == {"waiting", "sent"}
    clock.advance(seconds=1)
    Dispatcher(database, clock, telephone).run_once()
    assert read(database, broken).state == read(database, fine).state == "sent"


def test_a_message_under_a_lost_key_does_not_hold_up_the_others(database: Database, clock: MovableClock) -> None:
    stranger = Database(
        str(database.engine.url.render_as_string(hide_password=False)), Keyring([b"k" * 32], b"i" * 32)
    )
    lost, fine = promise(stranger, clock), promise(database, clock)
    stranger.engine.dispose()
    Dispatcher(database, clock, Telephone()).run_once()
    assert [read(database, message_id).state for message_id in (lost, fine)] == ["waiting", "sent"]


class Rounds(Event):
    """Ends a run after some rounds; instead of waiting it notes the pause and does what comes next."""

    def __init__(self, *happenings: Callable[[], object]) -> None:
        super().__init__()
        self.pauses: list[float | None] = []
        self._happenings = list(happenings)

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout)
        self._happenings.pop(0)()
        if not self._happenings:
            self.set()
        return self.is_set()


def test_it_runs_until_it_is_stopped(database: Database, clock: MovableClock) -> None:
    telephone = Telephone()
    rounds = Rounds(lambda: promise(database, clock), lambda: None, lambda: None)
    Dispatcher(database, clock, telephone).run(rounds)
    assert len(telephone.taken) == 1
    assert rounds.pauses == [IDLE, 0, IDLE]


def test_it_outlives_the_databases_trouble(
    database: Database, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    def rename(old: str, new: str) -> None:
        with database.transaction() as db:
            db.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    telephone = Telephone()
    promise(database, clock)
    rename("messages", "elsewhere")
    rounds = Rounds(lambda: None, lambda: rename("elsewhere", "messages"), lambda: None, lambda: None)
    with caplog.at_level(logging.WARNING):
        Dispatcher(database, clock, telephone).run(rounds)
    assert len(telephone.taken) == 1
    assert rounds.pauses == [IDLE * 2, IDLE * 4, 0, IDLE]
    assert len(caplog.records) == 2


def test_nothing_personal_is_logged(
    database: Database, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    promise(database, clock)
    with caplog.at_level(logging.DEBUG, "onboarding"):
        Dispatcher(database, clock, Telephone(KeyError(NUMBER))).run_once()
    assert "KeyError" in caplog.text
    assert NUMBER[-6:] not in caplog.text
    assert CODE not in caplog.text


def test_the_settings_name_the_gateway(settings: Settings) -> None:
    assert [gateway.name for gateway in chosen_gateways(settings)] == ["sandbox"]
    unnamed = Settings(mode="sandbox", instance=settings.instance)
    assert [gateway.name for gateway in chosen_gateways(unnamed)] == ["sandbox"]
    two = replace(unnamed, sms_gateway="file, sandbox", sms_file=str(settings.instance / "sent.jsonl"))
    assert [gateway.name for gateway in chosen_gateways(two)] == ["file", "sandbox"]
    with pytest.raises(SettingsError, match="pigeon is not known; there are: "):
        chosen_gateways(Settings(sms_gateway="pigeon"))
    with pytest.raises(SettingsError, match="production"):
        chosen_gateways(Settings(sms_gateway="sandbox"))
    with pytest.raises(SettingsError, match="is not known"):
        chosen_gateways(Settings())


@pytest.mark.parametrize("command", ["serve", "send-messages"])
def test_a_gateway_that_lacks_a_setting_ends_the_start_with_one_message(tmp_path: Path, command: str) -> None:
    environ = {
        "ONBOARDING_MODE": "sandbox",
        "ONBOARDING_INSTANCE": str(tmp_path),
        "ONBOARDING_SMS_GATEWAY": "sandbox,kannel",
    }
    done = CliRunner().invoke(main, [command], env=environ)
    assert done.exit_code == 1
    assert "ONBOARDING_SMS_ADDRESSES" in done.output
    assert "Traceback" not in done.output
