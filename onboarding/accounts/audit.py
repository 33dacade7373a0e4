"""The audit trail: what staff did and read, and why. Rows are only ever added, each bound to the one before (R48).

A row's hash is a keyed one (HMAC-SHA-256) over everything in it and the hash of the row before: whoever can write
to the database, but has not the key, can neither change, remove nor insert a row unseen. Rows are numbered from 1
without a gap. `audit_head` is the one row that says where the trail ends; it is locked while a row is added, so
that writers take turns: record last in a transaction.
"""

import json
import unicodedata
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.accounts import finding
from onboarding.accounts.staff import Staff
from onboarding.db import Base, insert_row, table
from onboarding.sealed import Keyring

# Each kind of row with the facts it may carry; nothing personal is among them.
KINDS: dict[str, frozenset[str]] = {
    "staff-added": frozenset({"member", "role"}),
    "staff-role-changed": frozenset({"member", "before", "role"}),
    "staff-ended": frozenset({"member"}),
    "staff-link-made": frozenset({"member"}),
    "staff-signed-in": frozenset(),
    "staff-signed-out": frozenset(),
    "staff-way-in-added": frozenset({"way"}),
    "staff-searched": frozenset(finding.KINDS),
    "client-added": frozenset({"client"}),
    "client-changed": frozenset({"client", "fields"}),
    "client-secret-made": frozenset({"client"}),
    "client-keys-replaced": frozenset({"client"}),
    "client-ended": frozenset({"client"}),
    "signing-key-made": frozenset({"key"}),
    "approval-requested": frozenset({"act", "approval"}),
    "approval-given": frozenset({"act", "approval"}),
    "approval-refused": frozenset({"act", "approval"}),
    "person-opened": frozenset({"role", "why"}),
    "value-revealed": frozenset({"role", "value"}),
    "code-resent": frozenset({"role"}),
    "unlocked": frozenset({"role"}),
    "sessions-ended": frozenset({"role"}),
    "suspended": frozenset({"role"}),
    "reinstated": frozenset({"role"}),
    "call-back-taken": frozenset({"role"}),
    "call-back-given-back": frozenset({"role"}),
    "call-back-done": frozenset({"role"}),
    "site-added": frozenset({"site", "fields", "origins"}),
    "site-changed": frozenset({"site", "fields", "origins"}),
}
SHORTEST_REASON, LONGEST_REASON = 3, 300
NUMBER_DIGITS = 9  # in a row: a telephone number or an id, which may not stand in a reason
NOTHING = bytes(32)  # the hash before the first row


class Entry(Base):
    """One row of the trail. `staff_id` is empty where the command line did it."""

    __tablename__ = "audit_trail"
    __table_args__ = (
        Index("ix_audit_trail_staff", "staff_id", "number"),
        Index("ix_audit_trail_kind", "kind", "number"),
        Index("ix_audit_trail_account", "account_id", "number"),
        Index("ix_audit_trail_journey", "journey_id", "number"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    staff_id: Mapped[UUID | None]
    kind: Mapped[str]
    reason: Mapped[str]
    account_id: Mapped[UUID | None]
    journey_id: Mapped[UUID | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[bytes]


class Head(Base):
    """Where the trail ends: one row, made with the schema."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    hash: Mapped[bytes]


ROW, HEAD = table(Entry), table(Head)
LOCK = select(HEAD.c.number, HEAD.c.hash).with_for_update()


class NoReason(ValueError):
    """A reason that says nothing, or too much: it is empty, too long, or holds a number of somebody."""


def reason_in(text: str) -> str:
    """A reason as it is kept. Raises NoReason."""
    reason = " ".join(unicodedata.normalize("NFC", text).split())
    printable = all(unicodedata.category(char)[0] != "C" for char in reason)
    if not printable or not SHORTEST_REASON <= len(reason) <= LONGEST_REASON or holds_number(reason):
        raise NoReason
    return reason


def holds_number(text: str) -> bool:
    """Whether a telephone number, an id or a tax code stands in a text, however it is spaced."""
    run = 0
    for char in text:
        run = run + 1 if char.isdigit() else run if char in " .-()" else 0
        if run >= NUMBER_DIGITS:
            return True
    return False


def record(
    db: Session,
    now: datetime,
    staff: Staff | None,
    kind: str,
    reason: str,
    *,
    account: UUID | None = None,
    journey: UUID | None = None,
    **facts: Any,
) -> None:
    """Add a row. The trail's end stays locked until the transaction is over: let this be its last statement.

    Raises:
        ValueError: a kind or a fact that is not on the closed list.
        NoReason: see there.
    """
    if kind not in KINDS or not KINDS[kind] >= facts.keys():
        raise ValueError(f"not a row of the trail: {kind} {sorted(facts)}")
    number, before = db.execute(LOCK).one()
    entry = Entry(
        number=number + 1,
        at=now,
        staff_id=staff.id if staff else None,
        kind=kind,
        reason=reason_in(reason),
        account_id=account,
        journey_id=journey,
        facts=facts,
    )
    entry.hash = chained(db.info["keyring"], entry, before)
    insert_row(db, entry)
    db.execute(update(HEAD).values(number=entry.number, hash=entry.hash))


def chained(keyring: Keyring, entry: Any, before: bytes) -> bytes:
    """The hash of a row after one with the hash `before`: over all its columns, in one way of writing them."""
    ids = [str(one) if one else None for one in (entry.staff_id, entry.account_id, entry.journey_id)]
    content = [entry.number, entry.at.isoformat(), entry.kind, entry.reason, *ids, entry.facts, before.hex()]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return keyring.mac("audit trail", text)
