"""Accounts taken over from an earlier portal: how far a file was read, and what their owners confirm."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.accounts import events
from onboarding.accounts.people import Account
from onboarding.db import Base

EARLIER_PORTAL = "earlier-portal"  # the consent of an account that was taken over, until its owner confirms it


class Import(Base):
    """One file, known by the SHA-256 of its bytes: the byte where the next batch begins, and what was counted.

    It is written in the transaction that makes the accounts of a batch.

    `report_bytes` is how long the report was then: what a later, broken batch has added to it is cut off.
    """

    __tablename__ = "imports"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[int]
    taken: Mapped[int]
    report_bytes: Mapped[int] = mapped_column(BigInteger)


def confirm(db: Session, now: datetime, account: Account, consent_version: str) -> None:
    """The owner of an account that was taken over says that its data are right, and agrees to their use."""
    account.consent_version = consent_version
    events.record(db, now, "data-confirmed", account=account.id)
