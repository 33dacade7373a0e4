"""The keys that sign ID tokens: ES256, made here, sealed in the database, changed by and by (P41, P45).

A new key is published a day before it signs, an old one a day longer: services keep the list for an hour.
"""

import json
import secrets
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

from joserfc.jwk import ECKey
from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.db import Base, HasId
from onboarding.sealed import Sealed

ALGORITHM = "ES256"  # P41
LIFE = timedelta(days=90)
AHEAD = timedelta(hours=24)  # P45


class SigningKey(HasId, Base):
    """One key; `kid` is its name in the list of public keys."""

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(unique=True)
    wrapped_key: Mapped[bytes]
    private_sealed: Mapped[bytes]
    signs_from: Mapped[datetime]

    private = Sealed("private_sealed")

    def person_key(self) -> bytes:
        """The key under which this one is sealed."""
        return self.wrapped_key

    def public(self) -> dict[str, Any]:
        """What everybody may know of it, as a JWK."""
        return dict(self.opened().as_dict(private=False))

    def opened(self) -> ECKey:
        """The private key (RFC 7517), for the signing function."""
        return imported(str(self.private))


@lru_cache(8)
def imported(private: str) -> ECKey:
    """The key in a JWK, read once: each sign-in signs with the same one."""
    return ECKey.import_key(json.loads(private))


ALL = select(SigningKey).order_by(SigningKey.signs_from, SigningKey.kid)


def published(db: Session) -> list[SigningKey]:
    """All keys that a token of ours may be signed with, oldest first."""
    return list(db.scalars(ALL))


def current(db: Session, now: datetime) -> SigningKey:
    """The key that signs now; the first one is made when it is asked for."""
    keys = published(db) or [make(db, now)]
    return next((key for key in reversed(keys) if key.signs_from <= now), keys[0])


def make(db: Session, signs_from: datetime) -> SigningKey:
    """A fresh key."""
    kid = secrets.token_urlsafe(9)
    key = SigningKey(kid=kid, wrapped_key=db.info["keyring"].new_person_key(), signs_from=signs_from)
    db.add(key)
    made = ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": ALGORITHM})
    key.private = json.dumps(made.as_dict(private=True))
    db.flush()
    return key


def change(db: Session, now: datetime) -> SigningKey:
    """A new key that is published from now on and signs from tomorrow."""
    return make(db, now + AHEAD)


def forget_old(db: Session, now: datetime) -> None:
    """Make the next key in time, and forget those that stopped signing a day ago."""
    keys = published(db)
    if keys and keys[-1].signs_from <= now - LIFE + AHEAD:
        change(db, now)
    stopped = [key.id for key, later in pairwise(keys) if later.signs_from <= now - AHEAD]
    db.execute(delete(SigningKey).where(SigningKey.id.in_(stopped)))
