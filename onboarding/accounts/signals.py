"""Signals: what a service is told without asking, because it concerns a citizen who has agreed to it.

The row is written in the transaction that changes the account, and told later (rule R09). It holds nothing
personal: the token that goes out is made when it does. Kinds of events are those of OpenID CAEP 1.0 and RISC 1.0.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Row, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from onboarding.accounts.clients import Client
from onboarding.accounts.people import Account
from onboarding.accounts.sign_ins import SignIn
from onboarding.db import Base, HasId, insert_row

LOGOUT = "logout"  # OpenID Connect Back-Channel Logout 1.0
SESSION_REVOKED, CREDENTIAL_CHANGE = "session-revoked", "credential-change"  # CAEP
DISABLED, ENABLED, PURGED = "account-disabled", "account-enabled", "account-purged"  # RISC

WAITING, DELIVERED, REFUSED, GIVEN_UP = "waiting", "delivered", "refused", "given-up"
OPEN = (WAITING, GIVEN_UP)  # what a poll still brings
KEPT = timedelta(days=7)


class Signal(HasId, Base):
    """One thing that one service is told; its id is the `jti` of the token, however often that goes out.

    `due_at` says when it may be pushed: at once, after a wait, or after another's claim has lapsed. It is null
    where nothing is to be pushed: the service has no address for it, or it is over. `sign_in_id` is empty where
    all that the citizen had at the service is over.
    """

    __tablename__ = "signals"

    client_id: Mapped[UUID] = mapped_column(ForeignKey(Client.id), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id), index=True)
    sign_in_id: Mapped[UUID | None] = mapped_column(ForeignKey(SignIn.id))
    kind: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    attempts: Mapped[int]
    happened_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    delivered_at: Mapped[datetime | None]

    client: Mapped[Client] = relationship()


def address(client: Client, kind: str) -> str | None:
    """Where a service is told of such a thing, if anywhere; one that has ended is told nothing more."""
    if client.ended_at is not None:
        return None
    return client.backchannel_logout_uri if kind == LOGOUT else client.events_uri


def tell(
    db: Session, now: datetime, client: Client, account_id: UUID, kind: str, sign_in_id: UUID | None = None
) -> None:
    """Have a service told, if and only if the caller's transaction commits."""
    signal = Signal(
        client_id=client.id,
        account_id=account_id,
        sign_in_id=sign_in_id,
        kind=kind,
        state=WAITING,
        attempts=0,
        happened_at=now,
        due_at=now if address(client, kind) else None,
    )
    insert_row(db, signal)


def signed_out(
    db: Session, now: datetime, client: Client, account_id: UUID, sign_in_id: UUID | None = None
) -> None:
    """Have a service told that one sign-in is over, or everything of this citizen."""
    if client.backchannel_logout_uri:
        tell(db, now, client, account_id, LOGOUT, sign_in_id)
    tell(db, now, client, account_id, SESSION_REVOKED, sign_in_id)


def of_account(db: Session, account_id: UUID) -> list[Signal]:
    """All that services are told of an account, newest first."""
    mine = select(Signal).where(Signal.account_id == account_id).options(joinedload(Signal.client))
    return list(db.scalars(mine.order_by(Signal.happened_at.desc())))


def to_poll(db: Session, client: Client, most: int) -> list[Signal]:
    """The oldest events that a service has not taken yet, whether or not they are pushed to it as well."""
    mine = select(Signal).where(Signal.client_id == client.id, Signal.state.in_(OPEN), Signal.kind != LOGOUT)
    return list(db.scalars(mine.order_by(Signal.happened_at, Signal.id).limit(most)))


def take(db: Session, now: datetime, client: Client, ids: list[UUID]) -> None:
    """The service has these; only its own are touched."""
    mine = update(Signal).where(Signal.client_id == client.id, Signal.id.in_(ids), Signal.state.in_(OPEN))
    db.execute(mine.values(state=DELIVERED, due_at=None, delivered_at=now, reason=None))


def refuse(db: Session, client: Client, signal_id: UUID, reason: str) -> None:
    """The service cannot use this one, and says why in a word; only its own is touched."""
    mine = update(Signal).where(Signal.client_id == client.id, Signal.id == signal_id, Signal.state.in_(OPEN))
    db.execute(mine.values(state=REFUSED, due_at=None, reason=reason))


def standing(db: Session, client_id: UUID) -> Sequence[Row[str, str | None, int, datetime]]:
    """What became of all that a service was to be told: state, why, how often, and of when the newest one is."""
    counted = select(
        Signal.state, Signal.reason, func.count().label("often"), func.max(Signal.happened_at).label("at")
    )
    mine = counted.where(Signal.client_id == client_id).group_by(Signal.state, Signal.reason)
    return db.execute(mine.order_by(Signal.state, Signal.reason)).all()


def forget_old(db: Session, now: datetime) -> None:
    """Delete what nobody has to know any more."""
    db.execute(delete(Signal).where(Signal.happened_at <= now - KEPT))
