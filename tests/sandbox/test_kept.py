"""What is switched on is the same for all, however many change it at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from onboarding.sandbox import clock


def test_no_move_of_the_clock_is_lost_where_many_move_it_at_once(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: (clock.move(file, 1), clock.forward(file))[1], range(80)))
    assert clock.forward(file) == timedelta(seconds=80)
    assert all(timedelta(0) < ahead <= timedelta(seconds=80) for ahead in seen)
