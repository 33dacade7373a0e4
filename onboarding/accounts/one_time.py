"""One-time codes: stored as keyed hashes, compared and used up by one statement (rule R01)."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, case, delete, exists, null, or_, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.accounts import numbers
from onboarding.accounts.gates import Flow
from onboarding.config import Settings
from onboarding.db import UTC, Base, HasId, insert_row, table

DIGITS = 6
LONGEST = 40  # characters that anybody may type for a code, before anything looks at them
LONGEST_MESSAGE = 200  # the same for a whole message
ALONE = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")
KEPT = timedelta(days=1)  # P02: how long a row outlives its code


class Code(HasId, Base):
    """A code that was sent. Only its keyed hash is stored, with the id of the key that made it (P02)."""

    __tablename__ = "codes"

    flow_id: Mapped[UUID] = mapped_column(index=True)
    purpose: Mapped[str]
    number_index: Mapped[bytes]
    mac: Mapped[bytes]
    key_id: Mapped[bytes]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    failures: Mapped[int]


@dataclass(frozen=True)
class Verdict:
    """What an entry came to: `accepted`, or why not.

    `wrong` with the tries `left`; `used-up`, `expired` and `none` where another code is needed; `locked` and
    `address` with the time `until`; `closed` for good; `malformed` for what cannot be a code and is no guess.
    """

    kind: str
    left: int = 0
    until: datetime | None = None


def new_code() -> str:
    """Six digits from the system's generator, zeros kept, each code as likely as any other (P01)."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def typed(text: str) -> str | None:
    """The code in what somebody typed, however it is spaced, or in the message that was pasted whole.

    A message has letters: a phone number in two groups is no guess.
    """
    digits = numbers.compact(text) if len(text) <= LONGEST else ""
    if len(digits) == DIGITS and digits.isascii() and digits.isdigit():
        return digits
    message = text[:LONGEST_MESSAGE]
    alone = set(ALONE.findall(message))  # it has its code twice, once for browsers
    return alone.pop() if len(alone) == 1 and any(map(str.isalpha, message)) else None


def issue(db: Session, now: datetime, settings: Settings, flow: Flow) -> tuple[str, datetime]:
    """A new code of a flow and the end of its life."""
    code, expires_at = new_code(), now + timedelta(seconds=settings.code_seconds)
    row = Code(**place(db, flow), mac=mac(db, flow, code), issued_at=now, expires_at=expires_at, failures=0)
    insert_row(db, row)
    return code, expires_at


def mac(db: Session, flow: Flow, code: str) -> bytes:
    """The keyed hash of a code, which also binds it to flow, number and purpose (rule R04)."""
    hashed: bytes = db.info["keyring"].mac("codes", f"{flow.id}|{flow.number}|{flow.purpose}|{code}")
    return hashed


def place(db: Session, flow: Flow) -> dict[str, Any]:
    """Where a flow's codes stand, without those made with an earlier key: they cannot be compared."""
    keyring = db.info["keyring"]
    return {
        "flow_id": flow.id,
        "purpose": flow.purpose,
        "number_index": keyring.index("codes.number", flow.number),
        "key_id": keyring.mac("id of the key of codes", "")[:4],
    }


def compare(db: Session, now: datetime, settings: Settings, flow: Flow, code: str) -> Verdict:
    """Use up every code of a flow if this is one of them, or else one try of each, by one statement.

    Expired codes that it meets are dead from then on, whatever the clock may say later (rule R06). Hashes are
    compared, not codes: how long it takes says nothing about a code.
    """
    values = {f"its_{name}": value for name, value in place(db, flow).items()}
    values |= {"now": now, "tries": settings.code_tries, "entered": mac(db, flow, code)}
    rows = db.execute(JUDGING, values)
    return told(now, settings.code_tries, rows.all())


def unspent(code: Any) -> list[Any]:
    """The codes of a flow that were neither used up nor, by a clock set back, issued in the future."""
    places = ("flow_id", "purpose", "number_index", "key_id")
    mine = [code[name] == bindparam(f"its_{name}") for name in places]
    return [*mine, code.used_at.is_(None), code.issued_at <= NOW]


def judging() -> Any:
    """The statement of `compare`, built once."""
    codes = table(Code)
    code, other = codes.c, codes.alias().c
    alive = and_(other.expires_at > NOW, other.failures < bindparam("tries"))
    right = exists().where(*unspent(other), alive, other.mac == bindparam("entered"))
    spent = or_(right, code.expires_at <= NOW)
    values = {
        code.used_at: case((spent, NOW), else_=null()),
        code.failures: code.failures + case((spent, 0), else_=1),
    }
    judged = update(codes).where(*unspent(code)).values(values)
    return judged.returning(code.failures, code.expires_at, code.used_at)


NOW = bindparam("now", type_=UTC())
JUDGING = judging()


def told(now: datetime, tries: int, rows: Sequence[Row[int, datetime, datetime | None]]) -> Verdict:
    """What the rows say after the statement. One whose failures are past the tries was used up before."""
    fresh = [row for row in rows if row.expires_at > now]
    if any(row.used_at is not None for row in fresh):
        return Verdict("accepted")
    left = [tries - row.failures for row in fresh if row.failures <= tries]
    if left:
        return Verdict("wrong", left=max(left))
    return Verdict("used-up" if fresh else "expired" if rows else "none")


def forget_old(db: Session, now: datetime) -> None:
    """Erase codes a day after the end of their life (P02)."""
    db.execute(delete(Code).where(Code.expires_at <= now - KEPT).execution_options(synchronize_session=False))
