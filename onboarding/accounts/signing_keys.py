"""The keys that sign ID tokens, made here, sealed in the database, changed by and by (P41, P45).

ES256 for everybody but those services that can only check RS256. A new key of either is published a day before it
signs, an old one a day longer: services keep the list for an hour.
"""

import json
import secrets
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

from joserfc.jwk import ECKey, RSAKey, import_key
from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.db import UTC, Base, HasId, plain, table
from onboarding.sealed import Sealed

ALGORITHM, OLDER = "ES256", "RS256"  # P41: the older one by a client's own wish
RSA_BITS = 3072  # P41
LIFE = timedelta(days=90)
AHEAD = timedelta(hours=24)  # P45


class SigningKey(HasId, Base):
    """One key; `kid` is its name in the list of public keys, `algorithm` the one that it signs by."""

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(unique=True)
    wrapped_key: Mapped[bytes]
    private_sealed: Mapped[bytes]
    algorithm: Mapped[str]
    signs_from: Mapped[datetime]

    private = Sealed("private_sealed")

    def person_key(self) -> bytes:
        """The key under which this one is sealed."""
        return self.wrapped_key

    def public(self) -> dict[str, Any]:
        """What everybody may know of it, as a JWK."""
        return dict(self.opened.as_dict(private=False))

    @cached_property
    def opened(self) -> ECKey | RSAKey:
        """The private key (RFC 7517), for the signing function."""
        key = import_key(json.loads(str(self.private)))
        assert isinstance(key, ECKey | RSAKey)
        return key


ALL = select(SigningKey).order_by(SigningKey.signs_from, SigningKey.kid)


def published(db: Session) -> list[SigningKey]:
    """All keys that a token of ours may be signed with, oldest first."""
    return list(db.scalars(ALL))


NEWEST = (
    select(table(SigningKey))
    .where(table(SigningKey).c.algorithm == bindparam("its_algorithm"))
    .where(table(SigningKey).c.signs_from <= bindparam("now", type_=UTC()))
    .order_by(table(SigningKey).c.signs_from.desc(), table(SigningKey).c.kid.desc())
    .limit(1)
)


def current(db: Session, now: datetime, algorithm: str = ALGORITHM) -> SigningKey:
    """The key that signs now by an algorithm; the first one is made when it is asked for."""
    newest = db.execute(NEWEST, {"its_algorithm": algorithm, "now": now}).one_or_none()
    if newest is not None:
        return plain(db, SigningKey, newest)
    return next(iter(of(db, algorithm)), None) or make(db, now, algorithm)


def of(db: Session, algorithm: str) -> list[SigningKey]:
    """The keys of one algorithm, oldest first."""
    return [key for key in published(db) if key.algorithm == algorithm]


def used(db: Session) -> list[str]:
    """The algorithms that somebody's ID tokens are signed by."""
    return sorted({key.algorithm for key in published(db)})


def make(db: Session, signs_from: datetime, algorithm: str) -> SigningKey:
    """A fresh key."""
    kid = secrets.token_urlsafe(9)
    wrapped = db.info["keyring"].new_person_key()
    key = SigningKey(kid=kid, wrapped_key=wrapped, signs_from=signs_from, algorithm=algorithm)
    db.add(key)
    made = RSAKey.generate_key(RSA_BITS) if algorithm == OLDER else ECKey.generate_key("P-256")
    key.private = json.dumps(made.as_dict(private=True) | {"kid": kid, "use": "sig", "alg": algorithm})
    db.flush()
    return key


def change(db: Session, now: datetime, algorithm: str = ALGORITHM) -> SigningKey:
    """A new key of an algorithm, which is published from now on and signs from tomorrow."""
    return make(db, now + AHEAD, algorithm)


def forget_old(db: Session, now: datetime) -> None:
    """Make the next key of each algorithm in time, and forget those that stopped signing a day ago."""
    for algorithm in used(db):
        keys = of(db, algorithm)
        if keys[-1].signs_from <= now - LIFE + AHEAD:
            change(db, now, algorithm)
        stopped = [key.id for key, later in pairwise(keys) if later.signs_from <= now - AHEAD]
        db.execute(delete(SigningKey).where(SigningKey.id.in_(stopped)))
