"""Challenges for USB signatures: made here, bound to one browser and purpose, taken once (P32)."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.config import Settings
from onboarding.db import Base, HasId


class Challenge(HasId, Base):
    """What one browser was given to sign. The nonce is public: only the signature over it proves anything."""

    __tablename__ = "challenges"

    token_hash: Mapped[bytes] = mapped_column(index=True)
    purpose: Mapped[str]
    origin: Mapped[str]
    nonce: Mapped[str]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


def make(
    db: Session, now: datetime, settings: Settings, token_hash: bytes, purpose: str, origin: str
) -> Challenge:
    """A fresh challenge for a browser; its earlier ones for that purpose are gone."""
    db.execute(delete(Challenge).where(Challenge.token_hash == token_hash, Challenge.purpose == purpose))
    issued = now.replace(microsecond=0)
    challenge = Challenge(
        token_hash=token_hash,
        purpose=purpose,
        origin=origin,
        nonce=secrets.token_hex(32),
        issued_at=issued,
        expires_at=issued + timedelta(seconds=settings.challenge_seconds),
    )
    db.add(challenge)
    return challenge


def forget_old(db: Session, now: datetime) -> None:
    """Delete challenges that nobody can answer any more."""
    db.execute(delete(Challenge).where(Challenge.expires_at <= now))


def take(db: Session, now: datetime, token_hash: bytes, purpose: str) -> Challenge | None:
    """Use up the browser's challenge; none where there is none alive. One statement, so it is taken once."""
    mine = update(Challenge).where(
        Challenge.token_hash == token_hash,
        Challenge.purpose == purpose,
        Challenge.used_at.is_(None),
        Challenge.issued_at <= now,
        Challenge.expires_at > now,
    )
    return db.scalars(mine.values(used_at=now).returning(Challenge)).first()
