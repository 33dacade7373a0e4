"""Telling a citizen what staff did, by a fixed text message."""

from flask import current_app

from onboarding.accounts.people import Account
from onboarding.sms import outbox
from onboarding.sms.texts import Text, Texts
from onboarding.web import requests
from onboarding.work import current_session


def tell_all(account: Account, text: Text) -> None:
    """Tell the owner of an account, on every number that is theirs."""
    for phone in account.numbers:
        tell(str(phone.number), text)


def tell(number: str, text: Text) -> None:
    """Promise a message about what staff did."""
    now = requests.now()
    outbox.promise(current_session(), now, number, text, "staff-act", now + outbox.NOTICE_LIFE)


def texts() -> Texts:
    """The texts of this portal."""
    found: Texts = current_app.extensions["texts"]
    return found
