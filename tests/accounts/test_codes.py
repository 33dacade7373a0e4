"""Codes: what they are, how long they live, how often they may be wrong, and what is told about them."""

import secrets
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select, text, update

from onboarding.accounts import codes, one_time
from onboarding.accounts.codes import Refused, Sent
from onboarding.accounts.one_time import Code
from tests.accounts.desk import ADDRESS, NUMBER, Desk


def test_the_code_that_was_sent_is_accepted(desk: Desk) -> None:
    flow = desk.flow()
    assert desk.enter(flow, desk.sent(flow)).kind == "accepted"


def test_codes_are_six_digits_each_as_likely_as_any_other() -> None:
    made = [one_time.new_code() for _ in range(100_000)]
    assert all(len(code) == 6 and code.isascii() and code.isdigit() for code in made)
    assert any(code.startswith("0") for code in made)
    for place in range(6):
        seen = Counter(code[place] for code in made)
        chi_square = sum((seen[digit] - 10_000) ** 2 / 10_000 for digit in "0123456789")
        assert chi_square < 45  # nine degrees of freedom: chance exceeds this once in a million times


def test_the_stored_row_holds_no_code_and_no_number(desk: Desk) -> None:
    code = desk.sent(desk.flow())
    with desk.database.transaction() as db:
        row = db.execute(text("SELECT * FROM codes")).one()
        counts = " ".join(map(str, db.execute(text("SELECT * FROM limits")).all()))
    stored = " ".join(part.hex() if isinstance(part, bytes) else str(part) for part in row)
    for secret in (code, NUMBER, NUMBER[3:]):
        assert secret.encode().hex() not in stored
    assert NUMBER[3:] not in stored + counts
    assert "10.0.1.1" not in stored + counts


@pytest.mark.parametrize(
    ("seconds", "kind"), [(0, "accepted"), (599, "accepted"), (600, "expired"), (601, "expired")]
)
def test_A16_a_code_lives_for_ten_minutes(desk: Desk, seconds: int, kind: str) -> None:
    flow = desk.flow()
    code = desk.sent(flow)
    desk.clock.advance(seconds=seconds)
    assert desk.enter(flow, code).kind == kind


def test_A16_an_expired_code_that_was_seen_stays_dead_when_the_clock_goes_back(desk: Desk) -> None:
    flow = desk.flow()
    code = desk.sent(flow)
    desk.clock.advance(hours=1)
    assert desk.enter(flow, code).kind == "expired"
    desk.clock.advance(hours=-1)
    assert desk.enter(flow, code).kind == "none"


def test_A16_a_code_issued_in_the_future_is_not_live(desk: Desk) -> None:
    flow = desk.flow()
    code = desk.sent(flow)
    desk.clock.advance(hours=-1)
    assert desk.enter(flow, code).kind == "none"


def test_A14_a_used_code_is_refused(desk: Desk) -> None:
    flow = desk.flow()
    code = desk.sent(flow)
    desk.enter(flow, code)
    assert desk.enter(flow, code).kind == "none"


def test_A17_the_first_code_still_works_after_a_second_was_sent_and_ends_both(desk: Desk) -> None:
    flow = desk.flow()
    first = desk.sent(flow)
    desk.clock.advance(seconds=30)
    second = desk.sent(flow)
    assert desk.enter(flow, first).kind == "accepted"
    assert desk.enter(flow, second).kind == "none"


def test_A17_the_first_code_ends_with_its_own_ten_minutes(desk: Desk) -> None:
    flow = desk.flow()
    first = desk.sent(flow)
    desk.clock.advance(minutes=5)
    second = desk.sent(flow)
    desk.clock.advance(minutes=5)
    if first != second:
        assert desk.enter(flow, first).kind == "wrong"
    assert desk.enter(flow, second).kind == "accepted"


def test_A20_a_code_proves_its_number_purpose_and_flow_only(desk: Desk) -> None:
    flow = desk.flow()
    code = desk.sent(flow)
    for other in (
        replace(flow, number="+84907654321"),
        replace(flow, purpose="registration"),
        replace(flow, id=desk.flow().id),
    ):
        assert desk.enter(other, code).kind == "none"
    assert desk.enter(flow, code).kind == "accepted"


@pytest.mark.parametrize("spelling", ["{} {}", "{}-{}", "{}.{}", " {}–{}\n", "\u200e{}\u00a0{}"])
def test_A21_a_code_may_be_spaced_as_people_do(desk: Desk, spelling: str) -> None:
    flow = desk.flow()
    code = desk.sent(flow)
    assert desk.enter(flow, spelling.format(code[:3], code[3:])).kind == "accepted"


def test_A21_full_width_digits_are_digits(desk: Desk) -> None:
    flow = desk.flow()
    wide = desk.sent(flow).translate({ord(digit): 0xFF10 + int(digit) for digit in "0123456789"})
    assert desk.enter(flow, wide).kind == "accepted"


def test_a_message_may_be_pasted_whole(desk: Desk) -> None:
    flow = desk.flow()
    code = desk.sent(flow)
    message = f"{code} la ma dang nhap. Tong dai 1022\n\n@dichvucong.example #{code}"
    assert {desk.enter(flow, odd).kind for odd in (f"{message} 654321", "0901 234567")} == {"malformed"}
    assert desk.enter(flow, message).kind == "accepted"


def test_A22_what_cannot_be_a_code_is_told_so_and_is_no_guess(desk: Desk) -> None:
    flow = desk.flow()
    code = desk.sent(flow)
    for typed in ["", " ", "12345", "1234567", "abcdef", "12345a", "١٢٣٤٥٦", "1" * 1_000_000, "12 34 5", "-12345"]:
        assert desk.enter(flow, typed).kind == "malformed"
    assert desk.guess(flow).left == 4
    assert desk.enter(flow, code).kind == "accepted"


def test_a_wrong_entry_takes_one_try_of_every_live_code(desk: Desk) -> None:
    flow = desk.flow()
    desk.sent(flow)
    assert [desk.guess(flow).left for _ in range(2)] == [4, 3]
    desk.clock.advance(seconds=30)
    desk.sent(flow)
    assert [desk.guess(flow).left for _ in range(2)] == [2, 1]  # the new code lowers no count (P05)
    with desk.database.transaction() as db:
        assert sorted(db.scalars(select(Code.failures))) == [2, 4]


def test_a_code_is_used_up_by_five_wrong_entries_of_whatever_browser(desk: Desk) -> None:
    known = desk.known_browser()
    flow = desk.flow()
    code = desk.sent(flow)
    for browser in (None, known, None, known):
        assert desk.guess(replace(flow, browser=browser)).kind == "wrong"
    assert desk.guess(flow).kind == "used-up"
    assert desk.enter(replace(flow, browser=known), code).kind == "used-up"


def test_R10_an_entry_without_a_live_code_is_no_guess(desk: Desk) -> None:
    flow = desk.flow()
    assert [desk.enter(flow, "123456").kind for _ in range(12)] == ["none"] * 12
    code = desk.sent(flow)
    assert desk.guess(flow).left == 4
    assert desk.enter(flow, code).kind == "accepted"


def test_codes_made_with_an_earlier_key_are_not_guessed_at(desk: Desk) -> None:
    flow = desk.flow()
    code = desk.sent(flow)
    with desk.database.transaction() as db:
        db.execute(update(Code).values(key_id=secrets.token_bytes(4)))
    assert desk.enter(flow, code).kind == "none"


def test_R13_known_and_unknown_numbers_get_the_same_verdicts(desk: Desk) -> None:
    desk.known_browser(NUMBER)
    assert story(desk, NUMBER) == story(desk, "+84907654321")


def story(desk: Desk, number: str) -> list[object]:
    """All that a stranger can find out about a number."""
    flow = desk.flow(number)
    told: list[object] = [desk.enter(flow, "123456"), type(desk.send(flow)), desk.send(flow)]
    told += [desk.guess(flow) for _ in range(6)]
    return [*told, desk.send(desk.flow(number))]


def test_A24_codes_are_compared_by_their_keyed_hashes(desk: Desk) -> None:
    flow = desk.flow()
    code = desk.sent(flow)
    seen: list[object] = []
    event.listen(desk.database.engine, "before_cursor_execute", lambda *call: seen.append(call[3]))
    assert desk.enter(flow, code).kind == "accepted"
    with desk.database.transaction() as db:
        mac = db.scalars(select(Code.mac)).one()
    assert mac in flattened(seen)
    assert code not in map(str, flattened(seen))


def flattened(parameters: list[object]) -> list[object]:
    """All values that went to the database."""
    values = (call.values() if isinstance(call, dict) else call for call in parameters)
    return [getattr(value, "obj", value) for call in values for value in call]  # type: ignore[attr-defined]


def test_sending_takes_three_statements_and_judging_four(desk: Desk) -> None:
    statements: list[str] = []
    event.listen(desk.database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))

    def count() -> int:
        made = [statement for statement in statements if not statement.startswith("BEGIN")]
        statements.clear()
        return len(made)

    flow = desk.flow()
    code = desk.sent(flow)
    assert count() == 3
    assert (desk.refused(flow), count()) == ("wait", 2)
    for _ in range(2):
        assert (desk.guess(flow).kind, count()) == ("wrong", 4)
    assert (desk.enter(flow, "1").kind, count()) == ("malformed", 2)
    assert (desk.enter(flow, code).kind, count()) == ("accepted", 4)
    assert (desk.enter(flow, code).kind, count()) == ("none", 4)


def test_codes_are_erased_a_day_after_the_end_of_their_life(desk: Desk) -> None:
    desk.sent(desk.flow())
    for wait, left in [(timedelta(days=1, seconds=599), 1), (timedelta(seconds=1), 0)]:
        desk.clock.set(desk.clock.now() + wait)
        with desk.database.transaction() as db:
            codes.forget_old(db, desk.clock.now())
            assert len(db.scalars(select(Code)).all()) == left


def test_A08_a_double_click_sends_one_code(desk: Desk) -> None:
    flow = desk.flow()
    answers = [desk.send(flow) for _ in range(2)]
    assert [type(answer) for answer in answers] == [Sent, Refused]
    assert answers[0].until == answers[1].until


def test_a_rolled_back_transaction_leaves_no_code(desk: Desk) -> None:
    flow = desk.flow(address=ADDRESS)
    with desk.database.transaction() as db:
        sent = codes.send(db, desk.clock.now(), desk.settings, flow)
        db.rollback()
    assert isinstance(sent, Sent)
    assert desk.enter(flow, sent.code).kind == "none"
    assert isinstance(desk.send(flow), Sent)
