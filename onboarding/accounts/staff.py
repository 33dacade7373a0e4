"""Staff: who works at the console, in which role. Nobody is deleted; whoever leaves is ended."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.db import Base, HasId
from onboarding.sealed import Sealed

ROLES = ("helper", "supervisor", "auditor", "administrator")
LONGEST_NAME = 60


class Staff(HasId, Base):
    """One member of staff. Who was ended has no rights any more, from that moment on (rule R49)."""

    __tablename__ = "staff"

    role: Mapped[str]
    wrapped_key: Mapped[bytes]
    name_sealed: Mapped[bytes]
    name_index: Mapped[bytes] = mapped_column(unique=True)
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    name = Sealed("name_sealed")

    def person_key(self) -> bytes:
        """The key of this person."""
        return self.wrapped_key


def normal_name(text: str) -> str | None:
    """A name as it is kept: NFC, single blanks; None where it is too short, too long or has hidden characters."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    visible = all(unicodedata.category(char)[0] != "C" for char in name)
    return name if visible and 2 <= len(name) <= LONGEST_NAME else None


def name_index(db: Session, name: str) -> bytes:
    """What makes a name the only one of its kind, in whatever case it is written."""
    index: bytes = db.info["keyring"].index("staff.name", name.casefold())
    return index


def by_name(db: Session, name: str) -> Staff | None:
    """The member of staff of this name."""
    return db.scalar(select(Staff).where(Staff.name_index == name_index(db, name)))


def add(db: Session, now: datetime, name: str, role: str) -> Staff:
    """A new member of staff, who has no way in yet. Raises IntegrityError where the name is taken."""
    key = db.info["keyring"].new_person_key()
    member = Staff(role=role, wrapped_key=key, name_index=name_index(db, name), added_at=now)
    db.add(member)
    member.name = name
    db.flush()
    return member


def end(db: Session, now: datetime, member: Staff) -> None:
    """Somebody works here no more: their link, passkey and token are worth nothing from here on."""
    member.ended_at = now
    db.flush()


def lock_administrators(db: Session) -> list[Staff]:
    """All administrators as they are now; until this transaction is over nobody else changes who is one."""
    those = select(Staff).where(Staff.role == "administrator", Staff.ended_at.is_(None)).order_by(Staff.id)
    return list(db.scalars(those.with_for_update().execution_options(populate_existing=True)))


def everybody(db: Session) -> list[Staff]:
    """All staff, those who left too; in the order in which they were added."""
    return list(db.scalars(select(Staff).order_by(Staff.added_at)))


def names(db: Session, ids: Iterable[UUID | None]) -> dict[UUID | None, str | None]:
    """What these members of staff are called."""
    return {one.id: one.name for one in db.scalars(select(Staff).where(Staff.id.in_({*ids} - {None})))}
