import pytest

from onboarding.sms import pace as paces
from onboarding.sms.gateway import GatewayBusy
from onboarding.sms.pace import Pace


def test_after_too_fast_it_goes_slower_and_then_faster_again() -> None:
    pace = Pace()
    assert [pace.turn(1.0, 2.0) for _ in range(3)] == [1.0] * 3
    for _ in range(3):
        pace.note(1.0, 1.5, throttled=True)  # three complaints about one pace are one
    turns = [pace.turn(2.0, 3.0) for _ in range(3)]
    assert turns == pytest.approx([2.0, 2.0 + paces.SLOWER, 2.0 + 2 * paces.SLOWER])
    pace.note(2.0, 2.5, throttled=True)
    for _ in range(200):
        pace.note(2.5, 3.0, throttled=False)
    assert pace.turn(4.0, 5.0) == pace.turn(4.0, 5.0) == 4.0


def test_who_would_wait_too_long_for_a_turn_is_told_that_the_gateway_is_busy() -> None:
    pace = Pace()
    for complaint in range(9):
        pace.note(complaint, complaint + 0.5, throttled=True)
    assert [pace.turn(10.0, 12.5) for _ in range(2)] == [10.0, 10.0 + paces.SLOWEST]
    with pytest.raises(GatewayBusy):
        pace.turn(10.0, 12.5)
