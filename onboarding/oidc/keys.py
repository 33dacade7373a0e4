"""The key that signs ID tokens now, kept by each process for a minute: a new one is published a day before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app

from onboarding.accounts import signing_keys
from onboarding.accounts.signing_keys import SigningKey
from onboarding.work import current_session

KEPT = timedelta(minutes=1)


@dataclass(frozen=True)
class Kept:
    """A key, and when it was the newest that signs."""

    read_at: datetime
    key: SigningKey


def signing(now: datetime, algorithm: str) -> SigningKey:
    """The key that signs now by an algorithm."""
    all_kept: dict[str, Kept] = current_app.extensions["signing_keys"]
    kept = all_kept.get(algorithm)
    if kept is None or not kept.read_at <= now < kept.read_at + KEPT:
        kept = all_kept[algorithm] = Kept(now, signing_keys.current(current_session(), now, algorithm))
    return kept.key
