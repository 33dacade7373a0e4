"""While the issuer of a token of staff is asked nothing is held; what came of it is decided afterwards."""

from collections.abc import Callable

import pytest
from cryptography.x509.ocsp import OCSPCertStatus
from sqlalchemy import select

from onboarding.accounts import staff_attempts, staff_sessions
from onboarding.accounts.staff import everybody
from onboarding.accounts.staff_sessions import StaffSession
from onboarding.config import Settings
from onboarding.db import Database
from tests.clock import MovableClock
from tests.console.test_sign_in import code
from tests.console.test_usb import FIRST, sign
from tests.journey.slow_issuer import SlowIssuer, host, issuer, issuers, key, line, nothing, own_issuers, settings
from tests.machine.visitor import Visitor

__all__ = ["code", "host", "issuer", "issuers", "key", "line", "own_issuers", "settings"]

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_citizens_are_served_while_a_session_of_staff_begins_and_is_checked_again(
    client: Visitor, new_client: Callable[[], Visitor], code: str, issuer: SlowIssuer, clock: MovableClock
) -> None:
    citizens: list[str] = []

    def meanwhile() -> None:
        citizen = new_client()
        citizen.visit("/onboarding/account")
        citizen.submit(answer="phone")
        citizens.append(citizen.path)

    issuer.meanwhile = meanwhile
    sign(client, FIRST, issuer.card, code=code)
    for _ in range(6):
        clock.advance(minutes=10)
        client.visit("/console/")
    assert issuer.held == [0, 0]
    assert citizens == 2 * ["/onboarding/phone"]


@ONE
def test_tries_at_the_same_time_count_for_each_other(
    client: Visitor, code: str, issuer: SlowIssuer, clock: MovableClock, database: Database, settings: Settings
) -> None:
    """Whatever failed from an address while an issuer was asked, the try that asked is slowed down, too."""

    def fail_often() -> None:
        for _ in range(staff_attempts.FAILURES):
            with database.transaction() as db:
                staff_attempts.failed(db, clock.now(), settings, "127.0.0.1", "signature")

    issuer.meanwhile = fail_often
    assert sign(client, FIRST, issuer.card, code=code).status_code == 429
    issuer.meanwhile = nothing
    clock.advance(minutes=6)
    assert sign(client, FIRST, issuer.card, code=code).location == "/console/"


@ONE
def test_whoever_signs_in_anew_meanwhile_stays_signed_in(
    client: Visitor, code: str, issuer: SlowIssuer, clock: MovableClock, database: Database
) -> None:
    """What is said of a certificate ends the session that was asked about, and no newer one."""

    def sign_in_anew() -> None:
        with database.transaction() as db:
            staff_sessions.start(db, clock.now(), everybody(db)[0], "another token", "passkey", "elsewhere")

    sign(client, FIRST, issuer.card, code=code)
    for _ in range(5):
        clock.advance(minutes=10)
        client.visit("/console/")
    clock.advance(minutes=10)
    issuer.meanwhile, issuer.status = sign_in_anew, OCSPCertStatus.REVOKED
    assert client.get("/console/").location == "/console/sign-in"
    with database.transaction(write=False) as db:
        ends = db.scalars(select(StaffSession.end_reason).order_by(StaffSession.started_at)).all()
    assert ends == ["another-sign-in", None]
