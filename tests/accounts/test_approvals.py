"""P31: what one person asks for another one approves, and it is done once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout

from onboarding.accounts import approvals, staff
from onboarding.accounts.audit import NoReason
from onboarding.db import Database
from tests.clock import MovableClock

ACT, WHY = "staff-link", "looked at it myself"
Decide = Callable[..., bool]


@pytest.fixture
def people(database: Database, clock: MovableClock) -> dict[str, UUID]:
    """Three administrators and a supervisor."""
    roles = {"Hoa": "administrator", "Bình": "administrator", "Mai": "administrator", "Lan": "supervisor"}
    with database.transaction() as db:
        return {name: staff.add(db, clock.now(), name, role).id for name, role in roles.items()}


@pytest.fixture
def asked(database: Database, clock: MovableClock, people: dict[str, UUID]) -> UUID:
    """What Hoa asks for."""
    with database.transaction() as db:
        hoa = db.get_one(staff.Staff, people["Hoa"])
        return approvals.request(db, clock.now(), hoa, ACT, "lost her token", member="x").id


@pytest.fixture
def decide(database: Database, clock: MovableClock, people: dict[str, UUID], asked: UUID) -> Decide:
    """Lets somebody decide; says whether that counted."""

    def decided(name: str, *, approved: bool = True) -> bool:
        with database.transaction() as db:
            member = db.get_one(staff.Staff, people[name])
            return approvals.decide(db, clock.now(), member, asked, approved=approved, reason=WHY) is not None

    return decided


def taken(database: Database, clock: MovableClock, asked: UUID, act: str = ACT) -> bool:
    with database.transaction() as db:
        return approvals.take(db, clock.now(), asked, act) is not None


def test_another_one_approves_and_it_is_done_once(
    database: Database, clock: MovableClock, asked: UUID, decide: Decide
) -> None:
    assert not taken(database, clock, asked), "not before"
    assert decide("Bình")
    assert not taken(database, clock, asked, "another-act")
    assert taken(database, clock, asked)
    assert not taken(database, clock, asked)


def test_R49_nobody_approves_an_own_request(decide: Decide) -> None:
    assert not decide("Hoa")
    assert not decide("Hoa", approved=False)
    assert decide("Bình")


def test_R49_only_the_right_role_approves(decide: Decide) -> None:
    assert not decide("Lan")


def test_what_was_refused_is_not_done(
    database: Database, clock: MovableClock, asked: UUID, decide: Decide
) -> None:
    assert decide("Bình", approved=False)
    assert not decide("Mai")
    assert not taken(database, clock, asked)


@pytest.mark.parametrize(("seconds", "alive"), [(-1, True), (0, False)])
def test_a_request_lives_for_a_day(
    database: Database, clock: MovableClock, asked: UUID, decide: Decide, seconds: int, alive: bool
) -> None:
    clock.advance(seconds=approvals.LIFE.total_seconds() + seconds)
    assert decide("Bình") is alive
    assert taken(database, clock, asked) is alive


def test_an_approval_that_nobody_used_dies_too(
    database: Database, clock: MovableClock, asked: UUID, decide: Decide
) -> None:
    assert decide("Bình")
    clock.set(clock.now() + approvals.LIFE + timedelta(seconds=1))
    assert not taken(database, clock, asked)


def test_nothing_is_asked_without_a_reason(
    database: Database, clock: MovableClock, people: dict[str, UUID], asked: UUID
) -> None:
    with pytest.raises(NoReason), database.transaction() as db:
        approvals.request(db, clock.now(), db.get_one(staff.Staff, people["Hoa"]), ACT, " ")
    with pytest.raises(KeyError), database.transaction() as db:
        approvals.request(db, clock.now(), db.get_one(staff.Staff, people["Hoa"]), "anything", "because")
    with pytest.raises(NoReason), database.transaction() as db:
        approvals.decide(db, clock.now(), db.get_one(staff.Staff, people["Bình"]), asked, approved=False)


def test_R51_of_fifty_decisions_and_fifty_uses_at_once_one_counts(
    database: Database, clock: MovableClock, asked: UUID, decide: Decide
) -> None:
    def again(work: Callable[[], bool]) -> bool:
        try:
            return work()
        except PoolTimeout:
            return again(work)  # as after a 503

    def decides(n: int) -> bool:
        return again(lambda: decide(("Bình", "Mai")[n % 2], approved=n % 3 > 0))

    with ThreadPoolExecutor(50) as many:
        assert list(many.map(decides, range(50))).count(True) == 1
        with database.transaction() as db:
            db.get_one(approvals.Approval, asked).state = "approved"
        uses = many.map(lambda _n: again(lambda: taken(database, clock, asked)), range(50))
        assert list(uses).count(True) == 1
