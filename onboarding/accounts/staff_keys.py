"""How staff get in: a link that works once, and with it a passkey or a USB token of their own (P30)."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, delete, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from onboarding.accounts.staff import Staff
from onboarding.db import Base, HasId

LINK_LIFE = timedelta(hours=24)


class StaffLink(HasId, Base):
    """A link that lets its holder register a passkey or token for one member of staff, once."""

    __tablename__ = "staff_links"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship()


class Passkey(HasId, Base):
    """A WebAuthn credential; `public_key` is its COSE key, `sign_count` the highest count seen."""

    __tablename__ = "passkeys"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship()


class StaffCertificate(HasId, Base):
    """A certificate on a USB token that signs its holder in."""

    __tablename__ = "staff_certificates"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    key_hash: Mapped[bytes] = mapped_column(unique=True)
    issuer: Mapped[str]
    serial: Mapped[str]
    not_after: Mapped[datetime]
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship()


def code_hash(code: str) -> bytes:
    """What is stored of a link's code: it has 256 random bits, so that a plain hash keeps it secret."""
    return hashlib.sha256(code.encode()).digest()


def make_link(db: Session, now: datetime, staff: Staff) -> str:
    """The code of a new link for a member of staff; an earlier link that was not used is dead."""
    db.execute(delete(StaffLink).where(StaffLink.staff_id == staff.id, StaffLink.used_at.is_(None)))
    code = secrets.token_urlsafe(32)
    db.add(StaffLink(staff_id=staff.id, token_hash=code_hash(code), made_at=now, expires_at=now + LINK_LIFE))
    return code


def use_link(db: Session, now: datetime, code: str) -> StaffLink | None:
    """Use up a link; None where it is none, used, or too old. One statement, so that it works once."""
    its = update(StaffLink).where(
        StaffLink.token_hash == code_hash(code), StaffLink.used_at.is_(None), StaffLink.expires_at > now
    )
    return db.scalars(its.values(used_at=now).returning(StaffLink)).first()
