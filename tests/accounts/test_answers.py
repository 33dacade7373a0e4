"""The tally: each journey once, under the answer that it holds; exact however many answer at the same time."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from onboarding.accounts import answers
from onboarding.db import Database

JOURNEY = UUID(int=3)


def give(database: Database, journey: UUID, *given: str | None, site: str = "portal") -> None:
    """Answer, and answer anew, each in a transaction of its own."""
    for before, after in pairwise(given):
        assert after is not None
        with database.transaction() as db:
            answers.change(db, site, journey, before, after)


def tally(database: Database, site: str = "portal") -> dict[str, int]:
    """What was given on a site."""
    with database.transaction(write=False) as db:
        return answers.given(db, site)


def test_a_journey_counts_once_under_its_last_answer(database: Database) -> None:
    give(database, JOURNEY, None, "phone", "phone", "usb")
    give(database, UUID(int=3 + answers.PARTS), None, "usb")
    give(database, UUID(int=4), None, "usb")
    give(database, UUID(int=5), None, "phone", site="so-y-te")
    assert tally(database) == {"phone": 0, "usb": 3}
    assert tally(database, "so-y-te") == {"phone": 1}


def test_an_answer_that_is_rolled_back_does_not_count(database: Database) -> None:
    def fail() -> None:
        with database.transaction() as db:
            answers.change(db, "portal", JOURNEY, None, "phone")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert tally(database) == {}


def test_fifty_who_answer_and_think_again_at_once_are_counted_exactly(database: Database) -> None:
    ways = [("phone", "usb"), ("usb", "phone"), ("usb", "usb"), ("phone", "register"), ("register", "usb")]
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda n: give(database, uuid4(), None, *ways[n % 5]), range(50)))
    assert {answer: count for answer, count in tally(database).items() if count} == {
        "usb": 30,
        "phone": 10,
        "register": 10,
    }


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_first_answers_of_different_parts_do_not_wait_for_each_other(database: Database) -> None:
    with database.transaction() as first, database.transaction() as second:
        answers.change(first, "portal", UUID(int=1), None, "phone")
        second.execute(text("SET LOCAL lock_timeout = '100ms'"))
        answers.change(second, "portal", UUID(int=2), None, "phone")
        with pytest.raises(OperationalError), second.begin_nested():
            answers.change(second, "portal", UUID(int=1 + answers.PARTS), None, "phone")
    assert tally(database) == {"phone": 2}
