"""Locks: they grow, they name their end, they stop a guesser for good, and never the owner's own browser."""

from datetime import timedelta

from onboarding.accounts.codes import Refused, Verdict
from tests.accounts.desk import NUMBER, Desk


def test_P15_every_fifth_wrong_entry_locks_for_ten_thirty_and_then_120_minutes(desk: Desk) -> None:
    for minutes in (10, 30, 120, 120):
        end = desk.clock.now() + timedelta(minutes=minutes)
        assert desk.lock() == Verdict("locked", until=end)
        desk.clock.set(end - timedelta(seconds=1))
        assert desk.send(desk.flow()) == Refused("locked", end)
        desk.clock.advance(seconds=1)
        desk.sent(desk.flow())
        desk.clock.advance(hours=5)


def test_four_wrong_entries_lock_nothing(desk: Desk) -> None:
    flow = desk.flow()
    code = desk.sent(flow)
    assert [desk.guess(flow).left for _ in range(4)] == [4, 3, 2, 1]
    assert desk.enter(flow, code).kind == "accepted"


def test_the_fifth_entry_may_be_right(desk: Desk) -> None:
    flow = desk.flow()
    code = desk.sent(flow)
    for _ in range(4):
        desk.guess(flow)
    assert desk.enter(flow, code).kind == "accepted"
    desk.sent(desk.flow())


def test_P05_a_new_code_gives_no_new_tries_in_the_budget(desk: Desk) -> None:
    first = desk.flow()
    desk.sent(first)
    assert [desk.guess(first).left for _ in range(3)] == [4, 3, 2]
    second = desk.flow()
    desk.sent(second)
    assert desk.guess(second).left == 1
    assert desk.guess(second).kind == "locked"


def test_R10_during_a_lock_right_and_wrong_entries_get_the_same_answer_and_cost_nothing(desk: Desk) -> None:
    flow = desk.flow()
    code = desk.sent(flow)
    locked = [desk.guess(flow) for _ in range(5)][-1]
    assert desk.enter(flow, code) == desk.guess(flow) == desk.enter(flow, "1") == locked
    desk.clock.advance(minutes=10)
    again = desk.flow()
    desk.sent(again)
    assert desk.guess(again).left == 4


def test_a_clock_set_back_lifts_no_lock(desk: Desk) -> None:
    end = desk.lock().until
    desk.clock.advance(hours=-1)
    assert desk.send(desk.flow()) == Refused("locked", end)


def test_P16_a_strangers_wrong_entries_do_not_lock_a_known_browser(desk: Desk) -> None:
    known = desk.known_browser()
    assert desk.lock().kind == "locked"
    flow = desk.flow(browser=known)
    assert desk.enter(flow, desk.sent(flow)).kind == "accepted"
    assert desk.refused(desk.flow()) == "locked"


def test_P16_each_known_browser_has_its_own_budget(desk: Desk) -> None:
    here, there = desk.known_browser(), desk.known_browser()
    assert desk.lock(browser=here).kind == "locked"
    desk.sent(desk.flow(browser=there))
    desk.sent(desk.flow())


def test_P19_success_clears_the_failures_of_its_budget_only(desk: Desk) -> None:
    known = desk.known_browser()
    stranger = desk.flow()
    desk.sent(stranger)
    for _ in range(3):
        desk.guess(stranger)
    flow = desk.flow(browser=known)
    desk.enter(flow, desk.sent(flow))
    assert desk.guess(stranger).left == 1
    own = desk.flow()
    desk.enter(own, desk.sent(own))
    fresh = desk.flow()
    desk.sent(fresh)
    assert desk.guess(fresh).left == 4


def guess_on(desk: Desk, failures: int, **flow: object) -> list[str]:
    """Guess as long as locks and limits allow, going on after each; the kinds of all verdicts."""
    kinds: list[str] = []
    while len(kinds) < failures:
        attempt = desk.flow(**flow)  # type: ignore[arg-type]
        answer = desk.send(attempt)
        if isinstance(answer, Refused):
            desk.clock.set(answer.until)
            continue
        kinds += [desk.guess(attempt).kind for _ in range(5)]
    return kinds


def test_A11_guessing_for_days_ends_at_60_from_unknown_and_at_100_from_all_browsers(desk: Desk) -> None:
    known = desk.known_browser()
    kinds = guess_on(desk, 60)
    assert (kinds.count("wrong"), kinds.count("locked"), kinds[-1]) == (48, 11, "closed")
    for days in (0, 1, 365, 3650):
        desk.clock.advance(days=days)
        assert desk.send(desk.flow()) == Refused("closed", desk.clock.now())
    kinds = guess_on(desk, 40, browser=known)
    assert (kinds.count("wrong"), kinds.count("locked"), kinds[-1]) == (32, 7, "closed")
    for days in (0, 3650):
        desk.clock.advance(days=days)
        for browser in (known, None, desk.known_browser()):
            assert desk.refused(desk.flow(browser=browser)) == "closed"
    desk.sent(desk.flow("+84907654321"))


def test_P18_entries_for_a_closed_number_are_not_judged(desk: Desk) -> None:
    known = desk.known_browser()
    guess_on(desk, 55)
    desk.clock.advance(days=1)
    last = desk.flow()
    code = desk.sent(last)
    assert [desk.guess(last).kind for _ in range(5)] == ["wrong"] * 4 + ["closed"]
    assert desk.enter(last, code) == desk.guess(last) == Verdict("closed")
    flow = desk.flow(browser=known)
    assert desk.enter(flow, desk.sent(flow)).kind == "accepted"


def test_P19_success_clears_the_count_of_the_number(desk: Desk) -> None:
    known = desk.known_browser()
    guess_on(desk, 55)
    guess_on(desk, 40, browser=known)
    desk.clock.advance(days=1)
    flow = desk.flow(browser=known)
    assert desk.enter(flow, desk.sent(flow)).kind == "accepted"
    assert guess_on(desk, 10, browser=known)[-1] == "locked"


def test_R13_numbers_without_account_are_locked_alike(desk: Desk) -> None:
    desk.known_browser()
    assert desk.lock(NUMBER) == desk.lock("+84907654321")
