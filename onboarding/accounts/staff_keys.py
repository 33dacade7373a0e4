"""How staff get in: a link that works once, and with it a passkey or a USB token of their own (P30)."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, delete, exists, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from onboarding.accounts.passkeys import Passkey
from onboarding.accounts.staff import Staff
from onboarding.accounts.staff_sessions import end_all
from onboarding.db import Base, HasId
from onboarding.sealed import Sealed

LINK_LIFE = timedelta(hours=24)


class StaffLink(HasId, Base):
    """A link that lets its holder register a passkey or token for one member of staff, once."""

    __tablename__ = "staff_links"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship()


class StaffCertificate(HasId, Base):
    """A certificate on a USB token that signs its holder in; `encoded` is its DER in base64."""

    __tablename__ = "staff_certificates"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id), index=True)
    key_hash: Mapped[bytes] = mapped_column(unique=True)
    issuer: Mapped[str]
    serial: Mapped[str]
    not_after: Mapped[datetime]
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    encoded_sealed: Mapped[bytes | None]

    encoded = Sealed("encoded_sealed")
    staff: Mapped[Staff] = relationship()

    def person_key(self) -> bytes:
        """The key of its holder."""
        return self.staff.wrapped_key


def code_hash(code: str) -> bytes:
    """What is stored of a link's code: it has 256 random bits, so that a plain hash keeps it secret."""
    return hashlib.sha256(code.encode()).digest()


def make_link(db: Session, now: datetime, staff: Staff) -> str:
    """The code of a new link for a member of staff; an earlier link that was not used is dead."""
    db.execute(delete(StaffLink).where(StaffLink.staff_id == staff.id, StaffLink.used_at.is_(None)))
    code = secrets.token_urlsafe(32)
    db.add(StaffLink(staff_id=staff.id, token_hash=code_hash(code), made_at=now, expires_at=now + LINK_LIFE))
    return code


def replace(db: Session, now: datetime, staff: Staff) -> str:
    """The code of a link for somebody whose passkey or token is lost: what they had no longer works."""
    for kind in (Passkey, StaffCertificate):
        db.execute(delete(kind).where(kind.staff_id == staff.id))
    end_all(db, now, staff, "ways-in-replaced")
    return make_link(db, now, staff)


def find_link(db: Session, now: datetime, code: str) -> StaffLink | None:
    """The link of a code; None where it is none, used, or too old."""
    return db.scalar(select(StaffLink).where(*alive(now, code)))


def use_link(db: Session, now: datetime, code: str) -> StaffLink | None:
    """Use up a link; None where there is none to be used. One statement, so that it works once."""
    return db.scalars(update(StaffLink).where(*alive(now, code)).values(used_at=now).returning(StaffLink)).first()


def alive(now: datetime, code: str) -> list[Any]:
    """What a link is like that can be used; it is dead once its owner is no staff any more."""
    owner = exists().where(Staff.id == StaffLink.staff_id, Staff.ended_at.is_(None))
    return [
        StaffLink.token_hash == code_hash(code),
        StaffLink.used_at.is_(None),
        StaffLink.expires_at > now,
        owner,
    ]


def of_key(db: Session, key_hash: bytes) -> StaffCertificate | None:
    """The certificate with this key (SHA-256 of its public key)."""
    return db.scalar(select(StaffCertificate).where(StaffCertificate.key_hash == key_hash))


def keep_certificate(
    db: Session,
    now: datetime,
    staff: Staff,
    key_hash: bytes,
    issuer: str,
    serial: str,
    not_after: datetime,
    encoded: str,
) -> StaffCertificate:
    """Let a certificate, whose checks all held, sign a member of staff in."""
    kept = StaffCertificate(key_hash=key_hash, issuer=issuer, serial=serial, not_after=not_after, added_at=now)
    kept.staff, kept.used_at = staff, now
    db.add(kept)
    kept.encoded = encoded
    db.flush()
    return kept


def use_certificate(db: Session, now: datetime, key_hash: bytes, encoded: str) -> StaffCertificate | None:
    """The certificate of a key whose holder is still staff, as it was shown just now."""
    found = of_key(db, key_hash)
    if found is None or found.staff.ended_at is not None:
        return None
    found.used_at, found.encoded = now, encoded
    return found
