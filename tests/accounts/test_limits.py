"""How often: every limit at its number and one beyond, and what a refusal costs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from onboarding.accounts import counters, limits
from onboarding.accounts.codes import Refused
from onboarding.accounts.counters import Counter
from onboarding.accounts.limits import Limit
from tests.accounts.desk import ADDRESS, Desk


def test_P07_waits_between_codes_grow_to_two_minutes(desk: Desk) -> None:
    flow = desk.flow()
    desk.sent(flow)
    for wait in (30, 60, 120, 120):
        desk.clock.advance(seconds=wait - 1)
        refused = desk.send(replace(flow, address=desk.address()))
        assert refused == Refused("wait", desk.clock.now() + timedelta(seconds=1))
        desk.clock.advance(seconds=1)
        desk.sent(replace(flow, address=desk.address()))


def test_P08_a_number_gets_five_codes_an_hour_over_all_flows(desk: Desk) -> None:
    first = desk.clock.now()
    for _ in range(5):
        desk.sent(desk.flow())
        desk.clock.advance(minutes=1)
    assert desk.send(desk.flow()) == Refused("number-hour", first + timedelta(hours=1))
    desk.clock.set(first + timedelta(minutes=59, seconds=59))
    assert desk.refused(desk.flow()) == "number-hour"
    desk.clock.advance(seconds=1)
    desk.sent(desk.flow())
    assert desk.refused(desk.flow()) == "number-hour"


def test_P08_a_number_gets_ten_codes_a_day(desk: Desk) -> None:
    first = desk.clock.now()
    for _ in range(10):
        desk.sent(desk.flow())
        desk.clock.advance(minutes=15)
    assert desk.send(desk.flow()) == Refused("number-day", first + timedelta(days=1))
    desk.clock.set(first + timedelta(days=1))
    desk.sent(desk.flow())


def test_P08_known_browsers_share_two_an_hour_and_four_a_day_that_no_stranger_uses_up(desk: Desk) -> None:
    here, there = desk.known_browser(), desk.known_browser()
    for _ in range(5):
        desk.sent(desk.flow())
    assert desk.refused(desk.flow()) == "number-hour"
    for browser in (here, there):
        desk.sent(desk.flow(browser=browser))
    assert desk.refused(desk.flow(browser=here)) == "number-hour"
    desk.clock.advance(hours=1)
    for _ in range(5):
        desk.sent(desk.flow())
    for browser in (there, here):
        desk.sent(desk.flow(browser=browser))
    desk.clock.advance(hours=1)
    assert desk.refused(desk.flow(browser=here)) == "number-day"


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8:1:2::3"])
def test_P09_an_address_gets_three_codes_a_minute(desk: Desk, address: str) -> None:
    for n in range(3):
        desk.sent(desk.flow(f"+8490000000{n}", address=address))
    assert desk.send(desk.flow("+84900000009", address=address)) == Refused(
        "address", desk.clock.now() + timedelta(minutes=1)
    )
    desk.clock.advance(seconds=59)
    assert desk.refused(desk.flow("+84900000009", address=address)) == "address"
    desk.clock.advance(seconds=1)
    desk.sent(desk.flow("+84900000009", address=address))


def test_P09_an_address_has_25_posts_in_five_minutes_of_any_kind(desk: Desk) -> None:
    flow = desk.flow(address=ADDRESS)
    code = desk.sent(flow)
    for _ in range(12):
        assert desk.enter(flow, "1").kind == "malformed"
        assert desk.refused(flow) == "wait"
    started = desk.clock.now()
    verdict = desk.enter(flow, code)
    assert (verdict.kind, verdict.until) == ("address", started + timedelta(minutes=5))
    assert desk.refused(desk.flow("+84900000009", address=ADDRESS)) == "address"
    assert desk.enter(replace(flow, address=desk.address()), code).kind == "accepted"
    desk.clock.advance(minutes=5)
    desk.sent(desk.flow("+84900000009", address=ADDRESS))


def test_P09_what_the_address_limit_refuses_is_not_judged(desk: Desk) -> None:
    flow = desk.flow(address=ADDRESS)
    desk.sent(flow)
    desk.set(ip_posts=1)
    assert [desk.guess(flow).kind for _ in range(7)] == ["address"] * 7
    assert desk.guess(replace(flow, address=desk.address())).left == 4


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::3", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::3", "2001:db8:1:3::3", False),
        ("203.0.113.7", "203.0.113.8", False),
        ("203.0.113.7", "::ffff:203.0.113.7", True),
        ("nonsense", "", True),
    ],
)
def test_P09_who_shares_an_address(one: str, other: str, same: bool) -> None:
    assert (limits.network(one) == limits.network(other)) is same


def test_P10_shared_networks_have_more_but_not_without_end(desk: Desk) -> None:
    desk.set(shared_networks="198.51.100.0/24, 2001:db8::/32", shared_factor=2)
    for n in range(6):
        desk.sent(desk.flow(f"+8490000000{n}", address="198.51.100.1"))
    assert desk.refused(desk.flow("+84900000009", address="198.51.100.1")) == "address"
    assert limits.share(desk.settings, "2001:db8::1") == 2
    assert limits.share(desk.settings, "198.51.101.1") == 1
    with desk.database.transaction() as db:
        hall, carrier = (limits.beginnings(db, desk.settings, f"198.51.{n}.1") for n in (101, 100))
    assert (hall.most, carrier.most) == (100, 200)


def test_A09_a_refused_request_costs_the_number_nothing(desk: Desk) -> None:
    flow = desk.flow()
    for _ in range(5):
        desk.sent(flow)
        for _ in range(5):
            assert desk.refused(replace(flow, address=desk.address())) == "wait"
        desk.clock.advance(seconds=120)
    assert desk.refused(desk.flow()) == "number-hour"


def test_a_clock_set_back_frees_nothing(desk: Desk) -> None:
    flow = desk.flow()
    for _ in range(5):
        desk.sent(desk.flow())
    desk.sent(desk.flow("+84900000001", address=ADDRESS))
    desk.clock.advance(hours=-2)
    assert desk.refused(flow) == "number-hour"


def test_spend_takes_from_all_limits_or_from_none(desk: Desk) -> None:
    often, seldom = Limit("often", "each/often", 3, 60), Limit("seldom", "each/seldom", 1, 60)
    with desk.database.transaction() as db:
        assert limits.spend(db, desk.clock.now(), [often, seldom]) is None
        full = Refused("seldom", desk.clock.now() + timedelta(seconds=60))
        assert limits.spend(db, desk.clock.now(), [often, seldom]) == full
        full = replace(full, reason="often")
        assert [limits.spend(db, desk.clock.now(), [often]) for _ in range(3)] == [None, None, full]
        assert limits.spend(db, desk.clock.now() + timedelta(seconds=60), [often, seldom]) is None


def test_housekeeping_deletes_what_no_limit_looks_at_and_keeps_failures(desk: Desk) -> None:
    flow = desk.flow()
    desk.sent(flow)
    desk.guess(flow)
    desk.clock.advance(days=3)
    with desk.database.transaction() as db:
        counters.forget_old(db, desk.clock.now())
        kept = db.scalars(select(Counter.key)).all()
        assert sorted(key.split("/")[1] for key in kept) == ["failures", "lock"]
        assert db.scalar(select(func.sum(Counter.count))) == 2
