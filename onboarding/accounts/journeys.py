"""Journeys: one row for each way through the wizard, with its trail, its memory and how it ended.

What anybody may count stands in plain columns (answer, step, outcome, times); what a person typed is sealed.
"""

import hashlib
import json
import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Executable, ForeignKey, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.accounts.people import Account
from onboarding.accounts.sites import PORTAL
from onboarding.config import Settings
from onboarding.db import Base, HasId, table
from onboarding.sealed import Sealed, unlock

SPEAKABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, 1 I L, U that sounds like V
WRITTEN = re.compile(f"(HG)?[{SPEAKABLE}]{{8}}")


class Journey(HasId, Base):
    """One person's way through the wizard, found by the hash of the token in the browser's cookie.

    The functions below read and write it as a whole, by one statement each that is made once: every request of
    the wizard needs this row, and what has changed of it needs no unit of work to be found out.
    """

    __tablename__ = "journeys"

    token_hash: Mapped[bytes | None] = mapped_column(unique=True)
    earlier_token_hash: Mapped[bytes | None] = mapped_column(index=True)
    support_code: Mapped[str] = mapped_column(unique=True)
    wrapped_key: Mapped[bytes]
    language: Mapped[str]
    site: Mapped[str]
    answer: Mapped[str | None] = mapped_column(index=True)
    step: Mapped[str]
    trail: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    memory_sealed: Mapped[bytes | None]
    outcome: Mapped[str | None]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey(Account.id), index=True)
    started_at: Mapped[datetime] = mapped_column(index=True)
    last_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]

    sealed_memory = Sealed("memory_sealed")

    def person_key(self) -> bytes:
        """The key of whoever walks this way."""
        return self.wrapped_key

    @property
    def memory(self) -> dict[str, Any]:
        """What was typed and found out, by step."""
        text = self.sealed_memory
        return json.loads(text) if text else {}

    @memory.setter
    def memory(self, memory: dict[str, Any]) -> None:
        self.sealed_memory = json.dumps(memory, ensure_ascii=False)


def support_code(seed: bytes) -> str:
    """A short code to be read out on the telephone, e.g. HG-7K3M-92QX. It names a journey and opens nothing.

    The same seed gives the same code: a page shows it before anything is written.
    """
    number = int.from_bytes(hashlib.sha256(b"support code" + seed).digest(), "big")
    letters = "".join(SPEAKABLE[number // len(SPEAKABLE) ** place % len(SPEAKABLE)] for place in range(8))
    return f"HG-{letters[:4]}-{letters[4:]}"


def new_support_code() -> str:
    """A support code that nothing was seen of before."""
    return support_code(secrets.token_bytes(32))


def normal_support_code(text: str) -> str | None:
    """A support code as people write it, in the form in which it is kept; its own letters may be HG, too."""
    letters = "".join(char for char in unicodedata.normalize("NFKC", text).upper() if char.isalnum())
    return f"HG-{letters[-8:-4]}-{letters[-4:]}" if WRITTEN.fullmatch(letters) else None


def proven_number(journey: Journey) -> str | None:
    """The number that was confirmed on this journey."""
    facts = journey.memory.get("facts", {}).values()
    return next((told["proven_number"] for told in facts if "proven_number" in told), None)


ROW = table(Journey)
KEPT = [column.name for column in ROW.columns]
CHANGING = [name for name in KEPT if name not in {"id", "support_code", "wrapped_key", "language", "started_at"}]
BY_TOKEN = select(ROW).where(ROW.c.token_hash == bindparam("its_token_hash"))
BY_EARLIER_TOKEN = (
    select(ROW)
    .where(ROW.c.earlier_token_hash == bindparam("its_token_hash"))
    .order_by(ROW.c.last_at.desc())
    .limit(1)
    .with_for_update()
)
BY_SUPPORT_CODE = select(ROW).where(ROW.c.support_code == bindparam("its_support_code"))
BY_ID = select(ROW).where(ROW.c.id == bindparam("its_id"))
BY_TOKEN_LOCKED = BY_TOKEN.with_for_update()
SAVE = update(ROW).where(ROW.c.id == bindparam("its_id")).values({name: bindparam(name) for name in CHANGING})
INSERTS = {
    "sqlite": sqlite.insert(ROW).on_conflict_do_nothing().returning(ROW.c.id),
    "postgresql": postgresql.insert(ROW).on_conflict_do_nothing().returning(ROW.c.id),
}


def stored(db: Session, statement: Executable, **values: Any) -> Journey | None:
    """The journey that a statement finds; what is changed of it is written by `save`."""
    row = db.execute(statement, values).mappings().first()
    if row is None:
        return None
    journey = Journey(**row)
    unlock(journey, db.info["keyring"])
    return journey


def find(db: Session, token_hash: bytes, *, lock: bool = False) -> Journey | None:
    """The journey of a browser; with `lock` no other request changes it meanwhile."""
    return stored(db, BY_TOKEN_LOCKED if lock else BY_TOKEN, its_token_hash=token_hash)


def find_earlier(db: Session, token_hash: bytes) -> Journey | None:
    """The journey whose browser had this token until its last renewal, for a form that is sent twice."""
    return stored(db, BY_EARLIER_TOKEN, its_token_hash=token_hash)


def find_by_support_code(db: Session, support_code: str, *, lock: bool = False) -> Journey | None:
    """The journey of a support code as written on the page; with `lock` no other request changes it meanwhile."""
    chosen = BY_SUPPORT_CODE.with_for_update() if lock else BY_SUPPORT_CODE
    return stored(db, chosen, its_support_code=support_code)


def by_id(db: Session, journey_id: UUID, *, lock: bool = False) -> Journey | None:
    """The journey of an id; with `lock` no other request changes it meanwhile."""
    return stored(db, BY_ID.with_for_update() if lock else BY_ID, its_id=journey_id)


def of_account(db: Session, account_id: UUID, most: int) -> list[Journey]:
    """The newest journeys on which an account was made or signed in to, newest first."""
    mine = select(Journey).where(Journey.account_id == account_id)
    return list(db.scalars(mine.order_by(Journey.started_at.desc()).limit(most)))


def save(db: Session, journey: Journey) -> None:
    """Write back what may have changed of a journey."""
    db.execute(SAVE, {"its_id": journey.id, **{name: getattr(journey, name) for name in CHANGING}})


def start(
    db: Session, now: datetime, token_hash: bytes, support_code: str, first_step: str, language: str
) -> Journey:
    """The browser's new journey; where a second request of the same browser was faster, that one's journey.

    A support code that is taken, e.g. by this browser's journey of long ago, gives way to a new one.
    """
    keyring = db.info["keyring"]
    journey = Journey(
        token_hash=token_hash,
        support_code=support_code,
        wrapped_key=keyring.new_person_key(),
        language=language,
        site=PORTAL,
        step=first_step,
        trail=[],
        started_at=now,
        last_at=now,
    )
    unlock(journey, keyring)
    insert = INSERTS[db.connection().dialect.name]
    if db.execute(insert, {name: getattr(journey, name) for name in KEPT}).first() is None:
        faster = find(db, token_hash, lock=True)
        return faster or start(db, now, token_hash, new_support_code(), first_step, language)
    return journey


def leave(db: Session, token_hash: bytes) -> None:
    """Part a browser from its journey, so that whoever uses the browser next sees nothing of it."""
    mine = update(Journey).where(Journey.token_hash == token_hash)
    db.execute(mine.values(token_hash=None, earlier_token_hash=None).execution_options(synchronize_session=False))


def forget_old(db: Session, now: datetime, settings: Settings) -> None:
    """Erase what was typed in journeys that nobody came back to (P27); what can be counted stays."""
    old = update(Journey).where(
        Journey.last_at < now - timedelta(days=settings.journey_days), Journey.memory_sealed.is_not(None)
    )
    erased = old.values(memory_sealed=None, token_hash=None, earlier_token_hash=None)
    db.execute(erased.execution_options(synchronize_session=False))
