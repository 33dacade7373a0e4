"""Known browsers: recognised by a token of which only the hash is stored, for one account, for a time."""

import base64

from sqlalchemy import select

from onboarding.accounts import browsers, people
from onboarding.accounts.browsers import Browser
from tests.accounts.desk import NUMBER, Desk


def signed_in(desk: Desk, number: str = NUMBER) -> str:
    """The token of a browser in which the owner of a number has signed in."""
    desk.known_browser(number)
    with desk.database.transaction() as db:
        account = people.find_by_number(db, number)
        assert account is not None
        return browsers.remember(db, desk.clock.now(), desk.settings, account.id)


def known(desk: Desk, token: str, number: str = NUMBER) -> bool:
    """Whether a token is known to the owner of a number."""
    with desk.database.transaction(write=False) as db:
        return browsers.recognise(db, desk.clock.now(), token, number) is not None


def test_a_browser_is_known_to_its_account_only(desk: Desk) -> None:
    token = signed_in(desk)
    signed_in(desk, "+84907654321")
    assert known(desk, token)
    assert not known(desk, token, "+84907654321")
    assert not known(desk, token, "+84900000000")
    assert not known(desk, token + "x")
    assert not known(desk, "")


def test_the_token_has_256_bits_and_is_not_stored(desk: Desk) -> None:
    tokens = {signed_in(desk) for _ in range(3)}
    assert len(tokens) == 3
    assert all(len(base64.urlsafe_b64decode(token + "=")) == 32 for token in tokens)
    with desk.database.transaction() as db:
        stored = {row.token_hash for row in db.scalars(select(Browser))}
    assert not stored & {token.encode() for token in tokens}
    assert {browsers.token_hash(token) for token in tokens} <= stored


def test_a_browser_stays_known_for_180_days(desk: Desk) -> None:
    token = signed_in(desk)
    desk.clock.advance(days=180, seconds=-1)
    assert known(desk, token)
    desk.clock.advance(seconds=1)
    assert not known(desk, token)


def test_the_owner_can_make_all_browsers_unknown(desk: Desk) -> None:
    token, other = signed_in(desk), signed_in(desk, "+84907654321")
    with desk.database.transaction() as db:
        account = people.find_by_number(db, NUMBER)
        assert account is not None
        browsers.revoke(db, account.id)
    assert not known(desk, token)
    assert known(desk, other, "+84907654321")


def test_housekeeping_deletes_browsers_that_are_no_longer_known(desk: Desk) -> None:
    signed_in(desk)
    desk.clock.advance(days=100)
    token = signed_in(desk)
    desk.clock.advance(days=80)
    with desk.database.transaction() as db:
        browsers.forget_old(db, desk.clock.now())
        assert len(db.scalars(select(Browser)).all()) == 2  # of the second visit: that of the story, and this one
    assert known(desk, token)
