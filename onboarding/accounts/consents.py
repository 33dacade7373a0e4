"""Consents: which services may have which data of whom. The citizen sees them at `/account` and withdraws them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Select, UniqueConstraint, bindparam, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, contains_eager, joinedload, mapped_column, relationship

from onboarding.accounts import events, grants, signals
from onboarding.accounts.clients import Client
from onboarding.accounts.grants import Grant
from onboarding.accounts.people import Account
from onboarding.accounts.sign_ins import SignIn
from onboarding.accounts.subjects import subject
from onboarding.db import Base, Db, HasId, table


class Consent(HasId, Base):
    """What one citizen lets one service have; `subject` is whom the service knows the citizen as."""

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("account_id", "client_id"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id))
    client_id: Mapped[UUID] = mapped_column(ForeignKey(Client.id), index=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    given_at: Mapped[datetime]
    subject: Mapped[str | None] = mapped_column(index=True)  # without one it is asked for anew

    account: Mapped[Account] = relationship()
    client: Mapped[Client] = relationship()


def find(db: Session, account_id: UUID, client_id: UUID) -> Consent | None:
    """What this citizen lets this service have."""
    return db.scalar(select(Consent).where(Consent.account_id == account_id, Consent.client_id == client_id))


SCOPES = select(table(Consent).c.scopes).where(
    table(Consent).c.account_id == bindparam("its_account"),
    table(Consent).c.client_id == bindparam("its_client"),
    table(Consent).c.subject.is_not(None),
)


HELD_SCOPES = SCOPES.with_for_update(read=True)


def covers(db: Db, account_id: UUID, client_id: UUID, scopes: Sequence[str], *, held: bool = False) -> bool:
    """Whether the citizen has agreed to all of this; `held`, nobody withdraws it before this transaction ends."""
    agreed = db.scalar(HELD_SCOPES if held else SCOPES, {"its_account": account_id, "its_client": client_id})
    return agreed is not None and set(scopes) <= set(agreed)


def of_subject(db: Session, client_id: UUID, known_as: str) -> Consent | None:
    """The consent of the citizen whom this service knows so, with the account; one statement, whoever it is."""
    theirs = select(Consent).where(Consent.client_id == client_id, Consent.subject == known_as)
    return db.scalar(theirs.options(joinedload(Consent.account).selectinload(Account.numbers)))


def give(db: Session, now: datetime, account_id: UUID, client_id: UUID, scopes: Sequence[str]) -> None:
    """Remember that the citizen agrees to this, beside what was agreed to before."""
    consent = find(db, account_id, client_id) or begin(db, now, account_id, client_id)
    consent.scopes, consent.given_at = sorted({*consent.scopes, *scopes}), now
    consent.subject = subject(db, consent.client.sector, account_id)
    events.record(db, now, "consent-given", account=account_id, client=str(client_id))


def begin(db: Session, now: datetime, account_id: UUID, client_id: UUID) -> Consent:
    """The row of a first consent, whoever of several at once has made it."""
    try:
        with db.begin_nested():
            consent = Consent(account_id=account_id, client_id=client_id, scopes=[], given_at=now)
            db.add(consent)
    except IntegrityError:
        return find(db, account_id, client_id) or begin(db, now, account_id, client_id)
    return consent


def of_account(db: Session, account_id: UUID, *, ended: bool = False) -> list[Consent]:
    """The consents of a citizen, with `ended` also those to services that are no more; newest first."""
    mine = select(Consent).join(Consent.client).options(contains_eager(Consent.client))
    mine = mine.where(Consent.account_id == account_id).order_by(Consent.given_at.desc())
    return list(db.scalars(mine if ended else mine.where(Client.ended_at.is_(None))))


def count(db: Session, client_id: UUID) -> int:
    """How many citizens have agreed to this service."""
    return db.scalar(select(func.count()).where(Consent.client_id == client_id)) or 0


def withdraw(db: Session, now: datetime, account_id: UUID, client_id: UUID) -> bool:
    """Take a consent back: what the service holds is dead at once, and it learns so. False where there is none."""
    mine = delete(Consent).where(Consent.account_id == account_id, Consent.client_id == client_id)
    if db.scalar(mine.returning(Consent.id)) is None:
        return False
    grants.end_all(db, now, account_id, client_id)
    signals.signed_out(db, now, db.get_one(Client, client_id), account_id)
    events.record(db, now, "consent-withdrawn", account=account_id, client=str(client_id))
    return True


def tell(db: Session, now: datetime, account_id: UUID, kind: str) -> None:
    """Tell every service that the citizen has agreed to what became of the account."""
    for client in db.scalars(agreed(account_id)):
        signals.tell(db, now, client, account_id, kind)


def tell_signed_out(db: Session, now: datetime, sign_in: SignIn) -> None:
    """Tell the services that a sign-in has given something that it is over, but none whose consent is gone."""
    given = select(Grant.client_id).where(Grant.sign_in_id == sign_in.id)
    for client in db.scalars(agreed(sign_in.account_id).where(Client.id.in_(given))):
        signals.signed_out(db, now, client, sign_in.account_id, sign_in.id)


def agreed(account_id: UUID) -> Select[Client]:
    """The services that the citizen has agreed to and that have not ended."""
    return select(Client).join(Consent).where(Consent.account_id == account_id, Client.ended_at.is_(None))
