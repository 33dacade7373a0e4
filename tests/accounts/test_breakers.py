"""Guards of the whole service: budgets for messages, codes that nobody enters, guessing at many numbers."""

from datetime import timedelta

from onboarding.accounts.codes import Refused
from tests.accounts.desk import Desk


def number(n: int, prefix: str = "+8490") -> str:
    """The n-th number of a prefix."""
    return f"{prefix}{n:07d}"


def test_P12_the_days_budget_alarms_at_50_and_80_percent_and_ends_at_100(desk: Desk) -> None:
    desk.set(sms_daily_budget=10, sms_conversion_floor=0)
    name = "messages of the day"
    for n in range(10):
        desk.sent(desk.flow(number(n)))
        levels = [level for level, count in ((50, 5), (80, 8), (100, 10)) if n + 1 >= count]
        assert desk.alarms() == [(name, level) for level in levels]
    tomorrow = desk.clock.now().replace(hour=17)  # midnight in Vietnam
    for _ in range(3):
        assert desk.send(desk.flow(number(11, "+8498"))) == Refused("budget", tomorrow)
    assert len(desk.alarms()) == 3
    desk.clock.set(tomorrow - timedelta(seconds=1))
    assert desk.refused(desk.flow(number(11))) == "budget"
    desk.clock.set(tomorrow)
    desk.sent(desk.flow(number(11)))


def test_P12_a_prefix_has_a_budget_of_its_own(desk: Desk) -> None:
    desk.set(sms_prefix_budget=4, sms_conversion_floor=0)
    for n in range(4):
        desk.sent(desk.flow(number(n)))
    assert desk.refused(desk.flow(number(5))) == "budget"
    desk.sent(desk.flow(number(5, "+8498")))
    assert desk.alarms() == [("messages of the day to +8490", level) for level in (50, 80, 100)]


def test_a_refusal_by_a_breaker_costs_the_number_nothing(desk: Desk) -> None:
    desk.set(sms_daily_budget=1)
    desk.sent(desk.flow(number(1)))
    flow = desk.flow(number(2))
    for _ in range(6):
        assert desk.refused(flow) == "budget"
    desk.set(sms_daily_budget=100)
    for _ in range(5):
        desk.sent(desk.flow(number(2)))


def test_A06_a_prefix_whose_codes_are_not_entered_is_throttled_and_others_are_not(desk: Desk) -> None:
    for n in range(20):
        desk.sent(desk.flow(number(n)))
    window_ends = desk.clock.now() + timedelta(minutes=15)
    for _ in range(3):
        assert desk.send(desk.flow(number(20))) == Refused("budget", window_ends)
    assert desk.alarms() == [("conversion of +8490", 20)]
    desk.sent(desk.flow(number(20, "+8498")))
    desk.clock.set(window_ends)
    desk.sent(desk.flow(number(20)))


def test_A06_a_network_whose_codes_are_not_entered_is_throttled_and_others_are_not(desk: Desk) -> None:
    for n in range(20):
        desk.sent(desk.flow(number(n, f"+849{n % 8}"), address=f"198.51.100.{n}"))
    assert desk.refused(desk.flow(number(20), address="198.51.100.200")) == "budget"
    assert desk.alarms() == [("conversion of a network", 20)]
    desk.sent(desk.flow(number(20), address="198.51.101.1"))


def test_A06_a_prefix_whose_codes_are_entered_goes_on(desk: Desk) -> None:
    for n in range(20):
        flow = desk.flow(number(n))
        code = desk.sent(flow)
        if n < 4:  # 20 percent
            desk.enter(flow, code)
    last = desk.flow(number(21))
    desk.sent(last)
    assert desk.refused(desk.flow(number(22))) == "budget"


def test_A06_late_entries_lift_the_throttle(desk: Desk) -> None:
    flows = [desk.flow(number(n)) for n in range(20)]
    sent = [desk.sent(flow) for flow in flows]
    assert desk.refused(desk.flow(number(21))) == "budget"
    for flow, code in list(zip(flows, sent, strict=True))[:4]:
        assert desk.enter(flow, code).kind == "accepted"
    desk.sent(desk.flow(number(21)))


def test_A01_pumping_from_one_address_stops_at_its_limit_and_then_at_the_prefix(desk: Desk) -> None:
    waits = [0] * 5 + [60] + [20] * 30
    reasons = []
    for n, wait in enumerate(waits):
        answer = desk.send(desk.flow(number(n), address="198.51.100.7"))
        reasons.append(answer.reason if isinstance(answer, Refused) else "sent")
        desk.clock.advance(seconds=wait)
    assert reasons == ["sent"] * 3 + ["address"] * 3 + ["sent"] * 17 + ["budget"] * 13
    assert ("conversion of +8490", 20) in desk.alarms()


def test_P14_many_wrong_entries_over_all_numbers_turn_slow_mode_on(desk: Desk) -> None:
    desk.set(slow_mode_failures=4)
    second_code_after(desk, seconds=30)
    for n in range(4):
        assert desk.alarms() == []
        flow = desk.flow(number(n))
        desk.sent(flow)
        desk.guess(flow)
    assert desk.alarms() == [("wrong entries", 100)]
    second_code_after(desk, seconds=60)
    desk.guess(flow)
    assert len(desk.alarms()) == 1
    desk.clock.advance(minutes=15)
    second_code_after(desk, seconds=30)


def second_code_after(desk: Desk, seconds: int) -> None:
    """Look how long a fresh flow waits for its second code."""
    answer = desk.send(desk.flow("+84977777777"))
    assert not isinstance(answer, Refused)
    assert answer.resend_at == desk.clock.now() + timedelta(seconds=seconds)


def test_P14_slow_mode_halves_the_codes_for_an_address(desk: Desk) -> None:
    desk.set(slow_mode_failures=1)
    flow = desk.flow(number(1))
    desk.sent(flow)
    desk.guess(flow)
    desk.sent(desk.flow(number(2), address="198.51.100.7"))
    assert desk.refused(desk.flow(number(3), address="198.51.100.7")) == "address"


def test_P14_malformed_and_used_codes_are_no_guesses(desk: Desk) -> None:
    desk.set(slow_mode_failures=1)
    flow = desk.flow(number(1))
    code = desk.sent(flow)
    for typed in ("", "12345", code, code):
        desk.enter(flow, typed)
    assert desk.alarms() == []
