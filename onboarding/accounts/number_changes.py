"""A new number for an account whose owner has lost the old one: asked for by staff, approved by a second person.

The owner then signs in with the new number; the code proves it, and only then does it take the place of the old
one (R15).
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from onboarding.accounts import approvals, browsers, consents, events, sessions, signals
from onboarding.accounts.people import Account, PhoneNumber
from onboarding.config import Settings
from onboarding.db import Base, HasId
from onboarding.sealed import Sealed

LIFE = timedelta(days=7)  # from the approval until the code


class NumberChange(HasId, Base):
    """One change: `asked`, `approved`, then `done`, or `replaced` by a newer one that was approved."""

    __tablename__ = "number_changes"

    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id), index=True)
    number_sealed: Mapped[bytes | None]
    number_index: Mapped[bytes] = mapped_column(index=True)
    state: Mapped[str]
    expires_at: Mapped[datetime]

    number = Sealed("number_sealed")
    account: Mapped[Account] = relationship()

    def person_key(self) -> bytes | None:
        """The key of the account's person."""
        return self.account.wrapped_key


def ask(db: Session, now: datetime, account: Account, number: str) -> NumberChange:
    """Note the new number until somebody else has approved it."""
    index = db.info["keyring"].index("phone_numbers.number", number)
    until = now + approvals.LIFE
    change = NumberChange(account=account, number_index=index, state="asked", expires_at=until)
    db.add(change)
    change.number = number
    db.flush()
    return change


def approve(db: Session, now: datetime, change_id: UUID) -> NumberChange | None:
    """Let the owner take the new number from now on, and no number that was approved before."""
    asked = update(NumberChange).where(NumberChange.id == change_id, NumberChange.state == "asked")
    change = db.scalars(asked.values(state="approved", expires_at=now + LIFE).returning(NumberChange)).first()
    if change is not None:
        others = (NumberChange.account_id == change.account_id, NumberChange.id != change.id)
        older = update(NumberChange).where(*others, NumberChange.state == "approved")
        db.execute(older.values(state="replaced", number_sealed=None))
    return change


def drop(db: Session, change_id: UUID) -> None:
    """Forget a number that nobody approved."""
    db.execute(delete(NumberChange).where(NumberChange.id == change_id, NumberChange.state == "asked"))


def waiting(db: Session, now: datetime, account_id: UUID) -> list[NumberChange]:
    """The changes of an account that wait for a second person or, approved, for the owner."""
    theirs = select(NumberChange).where(
        NumberChange.account_id == account_id,
        NumberChange.state.in_(("asked", "approved")),
        NumberChange.expires_at > now,
    )
    return list(db.scalars(theirs.order_by(NumberChange.expires_at)))


def take(db: Session, now: datetime, settings: Settings, number: str) -> tuple[Account, list[str]] | None:
    """The account whose new number has just been proven, and its old numbers; once. None where there is none.

    Whoever has the old telephone is signed out (rule R24).
    """
    index = db.info["keyring"].index("phone_numbers.number", number)
    mine = select(NumberChange.id).where(
        NumberChange.number_index == index,
        NumberChange.state == "approved",
        NumberChange.expires_at > now,
        NumberChange.account_id.in_(select(Account.id).where(Account.state == "active")),
    )
    newest = mine.order_by(NumberChange.expires_at.desc()).limit(1).scalar_subquery()
    waiting = update(NumberChange).where(NumberChange.id == newest, NumberChange.state == "approved")
    change = db.scalars(waiting.values(state="done", number_sealed=None).returning(NumberChange)).first()
    if change is None:
        return None
    account = change.account
    old = [str(phone.number) for phone in account.numbers]
    db.execute(delete(PhoneNumber).where(PhoneNumber.account_id == account.id))
    db.expire(account, ["numbers"])
    phone = PhoneNumber(account=account, number_index=index, confirmed_at=now)
    db.add(phone)
    phone.number = number
    sessions.end_all(db, now, settings, account.id, "number-changed")
    browsers.revoke(db, account.id)
    events.record(db, now, "number-changed", account=account.id)
    consents.tell(db, now, account.id, signals.CREDENTIAL_CHANGE)
    db.flush()
    return account, old
