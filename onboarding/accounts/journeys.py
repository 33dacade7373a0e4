"""Journeys: one row for each way through the wizard, with its trail, its memory and how it ended.

What anybody may count stands in plain columns (answer, step, outcome, times); what a person typed is sealed.
"""

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.config import Settings
from onboarding.db import Base, HasId
from onboarding.sealed import Sealed

SPEAKABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, 1 I L, U that sounds like V


class Journey(HasId, Base):
    """One person's way through the wizard, found by the hash of the token in the browser's cookie."""

    __tablename__ = "journeys"

    token_hash: Mapped[bytes | None] = mapped_column(unique=True)
    earlier_token_hash: Mapped[bytes | None] = mapped_column(index=True)
    support_code: Mapped[str] = mapped_column(unique=True)
    wrapped_key: Mapped[bytes]
    language: Mapped[str]
    answer: Mapped[str | None] = mapped_column(index=True)
    step: Mapped[str]
    trail: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    memory_sealed: Mapped[bytes | None]
    outcome: Mapped[str | None]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    started_at: Mapped[datetime]
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


def normal_support_code(text: str) -> str:
    """A support code as people write it, in the form in which it is kept."""
    letters = "".join(char for char in text.upper() if char.isalnum()).removeprefix("HG")
    return f"HG-{letters[:4]}-{letters[4:8]}"


def proven_number(journey: Journey) -> str | None:
    """The number that was confirmed on this journey."""
    facts = journey.memory.get("facts", {}).values()
    return next((told["proven_number"] for told in facts if "proven_number" in told), None)


def find(db: Session, token_hash: bytes, *, lock: bool = False) -> Journey | None:
    """The journey of a browser; with `lock` no other request changes it meanwhile."""
    mine = select(Journey).where(Journey.token_hash == token_hash)
    return db.scalar(mine.with_for_update() if lock else mine)


def find_earlier(db: Session, token_hash: bytes) -> Journey | None:
    """The journey whose browser had this token until its last renewal, for a form that is sent twice."""
    mine = select(Journey).where(Journey.earlier_token_hash == token_hash)
    return db.scalar(mine.order_by(Journey.last_at.desc()).limit(1).with_for_update())


def start(
    db: Session, now: datetime, token_hash: bytes, support_code: str, first_step: str, language: str
) -> Journey:
    """The browser's new journey; where a second request of the same browser was faster, that one's journey.

    A support code that is taken, e.g. by this browser's journey of long ago, gives way to a new one.
    """
    journey = Journey(
        token_hash=token_hash,
        support_code=support_code,
        wrapped_key=db.info["keyring"].new_person_key(),
        language=language,
        step=first_step,
        trail=[],
        started_at=now,
        last_at=now,
    )
    try:
        with db.begin_nested():
            db.add(journey)
    except IntegrityError:
        faster = find(db, token_hash, lock=True)
        return faster or start(db, now, token_hash, new_support_code(), first_step, language)
    return journey


def find_by_support_code(db: Session, support_code: str) -> Journey | None:
    """The journey of a support code as written on the page."""
    return db.scalar(select(Journey).where(Journey.support_code == support_code).with_for_update())


def leave(db: Session, token_hash: bytes) -> None:
    """Part a browser from its journey, so that whoever uses the browser next sees nothing of it."""
    mine = update(Journey).where(Journey.token_hash == token_hash)
    db.execute(mine.values(token_hash=None, earlier_token_hash=None).execution_options(synchronize_session=False))


def answers(db: Session) -> dict[str, int]:
    """How often each answer to the first question was given."""
    counts = select(Journey.answer, func.count()).where(Journey.answer.is_not(None)).group_by(Journey.answer)
    return {answer: count for answer, count in db.execute(counts) if answer is not None}


def forget_old(db: Session, now: datetime, settings: Settings) -> None:
    """Erase what was typed in journeys that nobody came back to (P27); what can be counted stays."""
    old = update(Journey).where(
        Journey.last_at < now - timedelta(days=settings.journey_days), Journey.memory_sealed.is_not(None)
    )
    erased = old.values(memory_sealed=None, token_hash=None, earlier_token_hash=None)
    db.execute(erased.execution_options(synchronize_session=False))
