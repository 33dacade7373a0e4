"""The doctor finds what is broken, says what to do, and is content with a set-up that works."""

import base64
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from onboarding.accounts import events, people
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.doctor import database as database_doctor
from onboarding.doctor import examination, trust
from onboarding.doctor.finding import Finding
from onboarding.sandbox.issuers import ensure_issuers, load_authority, write_list
from onboarding.sms import outbox
from onboarding.sms.texts import Texts
from tests.clock import MONDAY_MORNING, MovableClock
from tests.machine.server import Server
from tests.test_cli import call
from tests.test_environment import production


@pytest.fixture
def now() -> datetime:
    """The true time, for the database tells that too."""
    return datetime.now(UTC)


@pytest.fixture
def clock(now: datetime) -> MovableClock:
    """A clock that starts there."""
    return MovableClock(now)


def levels(findings: list[Finding]) -> list[str]:
    """What each finding is."""
    return [finding.level for finding in findings]


def only(findings: list[Finding], level: str) -> str:
    """The one sentence of a level."""
    (sentence,) = [finding.sentence for finding in findings if finding.level == level]
    return sentence


def add_account(database: Database, now: datetime) -> None:
    """Somebody registers."""
    somebody = people.Applicant("citizen", "Nguyễn Văn An", "093085001234", date(1985, 1, 1))
    with database.transaction() as db:
        people.register(db, now, somebody, "+84901234567", "vi", "2026-01")


def test_the_database_of_a_working_portal_is_well(
    database: Database, settings: Settings, clock: MovableClock, now: datetime
) -> None:
    add_account(database, now)
    assert levels(database_doctor.examine(settings, clock)) == ["ok", "ok", "ok"]


@pytest.mark.usefixtures("database")
def test_an_empty_database_is_well_too(settings: Settings, clock: MovableClock) -> None:
    assert levels(database_doctor.examine(settings, clock)) == ["ok", "ok", "ok"]


def test_a_lost_data_key_is_told(
    database: Database, settings: Settings, clock: MovableClock, now: datetime
) -> None:
    add_account(database, now)
    fresh = base64.b64encode(os.urandom(32)).decode()
    told = database_doctor.examine(replace(settings, data_keys=fresh), clock)
    assert "ONBOARDING_DATA_KEYS lacks a key" in only(told, "mend")
    rotated = replace(settings, data_keys=f"{fresh},{settings.data_keys}")
    assert levels(database_doctor.examine(rotated, clock)) == ["ok", "ok", "ok"]


def test_another_index_key_is_told(
    database: Database, settings: Settings, clock: MovableClock, now: datetime
) -> None:
    add_account(database, now)
    other = replace(settings, index_key=base64.b64encode(os.urandom(32)).decode())
    assert "ONBOARDING_INDEX_KEY is not the one" in only(database_doctor.examine(other, clock), "mend")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("away", [timedelta(minutes=-10), timedelta(minutes=10)])
def test_a_clock_apart_from_the_database_s_is_told(
    settings: Settings, clock: MovableClock, away: timedelta
) -> None:
    clock.advance(seconds=away.total_seconds())
    assert "clock and the database's are" in only(database_doctor.examine(settings, clock), "mend")


def test_a_clock_that_was_set_back_is_told(
    database: Database, settings: Settings, clock: MovableClock, now: datetime
) -> None:
    with database.transaction() as db:
        events.record(db, now + timedelta(hours=1), "call-back-requested")
    assert "this clock was set back" in only(database_doctor.examine(settings, clock), "mend")


def test_messages_that_nobody_sends_are_told(
    database: Database, settings: Settings, clock: MovableClock, now: datetime
) -> None:
    text, long_ago = Texts.of(settings).welcome(), now - timedelta(minutes=5)
    with database.transaction() as db:
        outbox.promise(db, long_ago, "+84901234567", text, "welcome", now + timedelta(hours=1))
        outbox.promise(db, now, "+84901234568", text, "welcome", now + timedelta(hours=1))
    assert only(database_doctor.examine(settings, clock), "note").startswith("Text messages that nobody sends: 1.")


def test_no_database_is_told_and_none_is_made(tmp_path: Path, clock: MovableClock) -> None:
    address = f"sqlite:///{tmp_path / 'onboarding.db'}"
    told = database_doctor.examine(Settings(database_url=address), clock)
    assert "run `onboarding db upgrade`" in only(told, "mend")
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_the_schema_is_told(settings: Settings, tmp_path: Path, clock: MovableClock) -> None:
    (tmp_path / "empty.db").touch()
    told = database_doctor.examine(replace(settings, database_url=f"sqlite:///{tmp_path / 'empty.db'}"), clock)
    assert "older schema, or none" in only(told, "mend")


@pytest.mark.parametrize(
    "address",
    ["postgresql://portal:hunter2@127.0.0.1:1/portal", "no address with hunter2", "mysql://:hunter2@db/p"],
)
def test_a_database_that_does_not_answer_is_told_in_one_word_that_holds_no_password(
    settings: Settings, clock: MovableClock, address: str
) -> None:
    told = only(database_doctor.examine(replace(settings, database_url=address), clock), "mend")
    assert re.fullmatch(r"The database does not answer \(\w+\); look at ONBOARDING_DATABASE_URL\.", told)


@pytest.fixture
def issuers(tmp_path: Path) -> Settings:
    """Settings with a trust folder that has both issuers."""
    ensure_issuers(tmp_path / "trust", MONDAY_MORNING)
    return Settings(mode="sandbox", trust=str(tmp_path / "trust"))


def test_a_whole_trust_folder_is_well(issuers: Settings) -> None:
    assert levels(trust.examine(issuers, MONDAY_MORNING)) == ["ok", "ok"]


def drop_anchor(folder: Path) -> None:
    (folder / "vnpt" / "anchors" / "root.pem").unlink()


def drop_list(folder: Path) -> None:
    (folder / "vnpt" / "crls" / "authority.crl").unlink()


def spoil_anchor(folder: Path) -> None:
    (folder / "vnpt" / "anchors" / "root.pem").write_text("no certificate")


def spoil_list(folder: Path) -> None:
    (folder / "vnpt" / "crls" / "root.crl").write_text("no list")


@pytest.mark.parametrize(
    ("damage", "level", "sentence"),
    [
        (drop_anchor, "note", "Tokens of vnpt are refused: there is no certificate in vnpt/anchors."),
        (
            drop_list,
            "note",
            "vnpt: Sandbox VNPT-like CA has no current revocation list here; nobody gets in while",
        ),
        (
            spoil_list,
            "mend",
            "vnpt: Sandbox National Root CA has no current revocation list; put it into vnpt/crls.",
        ),
        (spoil_anchor, "mend", "The trust folder cannot be read"),
    ],
)
def test_what_is_missing_in_the_trust_folder_is_told(
    issuers: Settings, damage: Callable[[Path], None], level: str, sentence: str
) -> None:
    damage(Path(issuers.trust))
    assert only(trust.examine(issuers, MONDAY_MORNING), level).startswith(sentence)


def test_an_empty_trust_folder_needs_mending(tmp_path: Path) -> None:
    assert levels(trust.examine(Settings(trust=str(tmp_path)), MONDAY_MORNING)) == ["mend", "mend"]


def test_lists_and_certificates_that_are_over_are_told(issuers: Settings) -> None:
    in_20_years = MONDAY_MORNING + timedelta(days=20 * 365)
    assert levels(trust.examine(issuers, in_20_years - timedelta(hours=1))) == ["note"] * 8
    told = [finding.sentence for finding in trust.examine(issuers, in_20_years + timedelta(hours=1))]
    assert sum("no current revocation list" in sentence for sentence in told) == 4
    assert (
        sum("put it into" in sentence for sentence in told) == 2
    )  # the roots', whose authorities name no service
    assert sum("outside the dates of its certificate" in sentence for sentence in told) == 4


def test_an_authority_is_told_sixty_days_before_its_end(issuers: Settings) -> None:
    last_day = MONDAY_MORNING + timedelta(days=20 * 365)
    assert levels(trust.examine(issuers, last_day - timedelta(days=60))) == ["ok", "ok"]
    told = trust.examine(issuers, last_day - timedelta(days=60) + timedelta(seconds=1))
    assert levels(told) == ["note"] * 4
    assert "vnpt: Sandbox VNPT-like CA has a certificate that ends on 2046-11-18" in {
        finding.sentence.partition(";")[0] for finding in told
    }


def test_a_list_of_tomorrow_is_not_current_yet(issuers: Settings) -> None:
    folder = Path(issuers.trust)
    tomorrow = MONDAY_MORNING + timedelta(days=1)
    write_list(folder / "vnpt" / "crls" / "authority.crl", load_authority(folder, "vnpt"), [], tomorrow)
    assert "no current revocation list" in only(trust.examine(issuers, MONDAY_MORNING), "note")


def test_settings_that_cannot_be_used_are_all_told(clock: MovableClock) -> None:
    told = examination.examine({}, clock)
    assert levels(told) == ["mend"] * 5 + ["note"]


def test_a_gateway_that_is_not_known_is_told(tmp_path: Path, clock: MovableClock) -> None:
    environ = production(SMS_GATEWAY="pigeon", INSTANCE=str(tmp_path))
    told = [finding.sentence for finding in examination.examine(environ, clock) if finding.level == "mend"]
    assert any("ONBOARDING_SMS_GATEWAY=pigeon is not known" in sentence for sentence in told)


def test_missing_proxies_are_noted(tmp_path: Path, clock: MovableClock) -> None:
    environ = production(INSTANCE=str(tmp_path))
    assert "ONBOARDING_TRUSTED_PROXIES is empty" in only(examination.examine(environ, clock), "note")
    assert "note" not in levels(examination.examine(production(TRUSTED_PROXIES="1", **environ), clock))


def test_the_command_is_content_with_a_running_sandbox(server: Server) -> None:
    told = server.run("doctor").splitlines()
    assert {line.split()[0] for line in told} == {"ok", "note"}


def test_the_command_fails_where_something_is_to_be_mended(tmp_path: Path) -> None:
    done = call(tmp_path, "doctor", **production(SMS_FILE="messages.jsonl"))
    assert done.returncode == 1
    assert "mend  There is no database yet; run `onboarding db upgrade`." in done.stdout.splitlines()
