"""Signing certificates that sign their owners in. One key belongs to one account (rule R38).

A row stays when its certificate no longer counts, so that its key can go to another account by staff alone.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from sqlalchemy import ForeignKey, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from onboarding.accounts import events, people, sessions
from onboarding.accounts.names import same_name
from onboarding.accounts.people import Account
from onboarding.db import Base, HasId
from onboarding.sealed import Sealed

WARN_DAYS = (15, 60)  # before the end of a certificate: the nearest mark first, so that nobody is told two at once
RENEWAL = timedelta(days=max(WARN_DAYS))  # how long before its end a certificate is renewed
BATCH = 100  # certificates warned of in one transaction


class Certificate(HasId, Base):
    """A linked certificate. It counts until `ended_at`; `end_reason` is `removed`, `replaced` or `revoked`.

    `encoded` is its DER in base64; `warned_days` the last warning that its end is near.
    """

    __tablename__ = "certificates"

    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id), index=True)
    key_hash: Mapped[bytes] = mapped_column(unique=True)
    issuer: Mapped[str]
    serial: Mapped[str] = mapped_column(index=True)
    subject_sealed: Mapped[bytes]
    encoded_sealed: Mapped[bytes | None]
    not_after: Mapped[datetime] = mapped_column(index=True)
    linked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    warned_days: Mapped[int | None]

    subject = Sealed("subject_sealed")
    encoded = Sealed("encoded_sealed")
    account: Mapped[Account] = relationship()

    def person_key(self) -> bytes | None:
        """The key of the account's person."""
        return self.account.wrapped_key

    @property
    def issuer_name(self) -> str:
        """The issuer as pages name it, e.g. VNPT."""
        return self.issuer.upper()

    @property
    def serial_end(self) -> str:
        """The last digits of the serial number, enough to tell two tokens apart."""
        return self.serial[-6:].upper()


@dataclass(frozen=True)
class Presented:
    """A certificate whose key has signed a challenge of ours, and whose issuer vouches for all that it says."""

    key_hash: bytes
    issuer: str
    serial: str
    subject: str
    not_after: datetime
    encoded: str
    national_id: str | None
    tax_code: str | None
    name: str

    @property
    def kind(self) -> str:
        """The kind of account that it is for: somebody's own wherever it names a person."""
        return "citizen" if self.national_id else "organisation"

    def facts(self) -> dict[str, Any]:
        """The same as a journey's memory keeps it."""
        return {**asdict(self), "key_hash": self.key_hash.hex(), "not_after": self.not_after.isoformat()}

    @classmethod
    def of_facts(cls, facts: dict[str, Any]) -> Self:
        """What `facts` gave."""
        times = {"not_after": datetime.fromisoformat(facts["not_after"])}
        return cls(**{**facts, "key_hash": bytes.fromhex(facts["key_hash"]), **times})


@dataclass(frozen=True)
class Linking:
    """What linking came to; `rival` is the account that has lost the id by it.

    `linked`; `other-identity`, it names somebody else than the account; `taken`, another account has proven the
    same id by a certificate of its own; `foreign-key`, its key belongs to another account; `refused`, its issuer
    does not stand by it any more.
    """

    kind: str
    certificate: Certificate | None = None
    rival: Account | None = None


def fits(account: Account, presented: Presented) -> bool:
    """Whether a certificate names whom the account names: by id alone, never by name."""
    if account.kind == "organisation":
        return presented.tax_code is not None and presented.tax_code == account.tax_code
    return presented.national_id is not None and presented.national_id == account.national_id


def link(db: Session, now: datetime, account: Account, presented: Presented) -> Linking:
    """Let a certificate sign in to the account that it names, and take the account's id for proven by it."""
    if not fits(account, presented):
        return Linking("other-identity")
    if was_revoked(db, presented):
        return Linking("refused")
    while True:
        holder = people.find_by_identity(db, account.kind, account.national_id, account.tax_code, lock=True)
        rival = holder if holder is not None and holder.id != account.id else None
        if rival is not None and rival.identity == "certificate":
            return Linking("taken")
        try:
            with db.begin_nested():
                certificate = write(db, now, account, presented)
                if certificate is None:
                    return Linking("foreign-key")
                people.prove_identity(db, account, rival)
        except IntegrityError:
            continue  # somebody was quicker with the key or the id: the next look sees it
        tell(db, now, account, presented, rival)
        return Linking("linked", certificate, rival)


def was_revoked(db: Session, presented: Presented) -> bool:
    """Whether its issuer has taken this certificate back before: it stays so, whatever a list says now (P37)."""
    mine = select(Certificate.id).where(
        Certificate.key_hash == presented.key_hash,
        Certificate.serial == presented.serial,
        Certificate.end_reason == "revoked",
    )
    return db.scalar(mine) is not None


def write(db: Session, now: datetime, account: Account, presented: Presented) -> Certificate | None:
    """The row of a certificate that counts from now on; none where its key is another account's."""
    certificate = db.scalar(select(Certificate).where(Certificate.key_hash == presented.key_hash))
    if certificate is None:
        certificate = Certificate(account=account, key_hash=presented.key_hash)
    elif certificate.account_id != account.id:
        return None
    certificate.linked_at, certificate.ended_at, certificate.end_reason = now, None, None
    take_over(db, certificate, presented)
    return certificate


def take_over(db: Session, certificate: Certificate, presented: Presented) -> None:
    """Keep what the newest certificate of a key says: it may have been renewed without a new key."""
    if certificate.serial == presented.serial and certificate.encoded_sealed is not None:
        return
    certificate.issuer, certificate.serial = presented.issuer, presented.serial
    certificate.not_after, certificate.warned_days = presented.not_after, None
    with db.no_autoflush:
        db.add(certificate)
        certificate.subject, certificate.encoded = presented.subject, presented.encoded
    db.flush()


def tell(db: Session, now: datetime, account: Account, presented: Presented, rival: Account | None) -> None:
    """The events of a new link; a truly different name refuses nobody, but staff should look at it."""
    events.record(db, now, "certificate-linked", account=account.id, issuer=presented.issuer)
    if not same_name(presented.name, account.name or ""):
        events.record(db, now, "certificate-name-differs", account=account.id, issuer=presented.issuer)
    if rival is not None:
        events.record(db, now, "identity-disputed", account=rival.id, by="certificate")


def find_linked(db: Session, key_hash: bytes) -> Certificate | None:
    """The certificate of a key, if it signs somebody in."""
    mine = select(Certificate).where(Certificate.key_hash == key_hash, Certificate.ended_at.is_(None))
    return db.scalar(mine)


def of_account(db: Session, account_id: UUID, *, ended: bool = False) -> Sequence[Certificate]:
    """The certificates that sign in to an account, with `ended` also those that did; oldest first."""
    mine = select(Certificate).where(Certificate.account_id == account_id).order_by(Certificate.linked_at)
    return db.scalars(mine if ended else mine.where(Certificate.ended_at.is_(None))).all()


def replace_earlier(db: Session, now: datetime, newer: Certificate) -> None:
    """End those that this one was made to follow: of the same issuer, over sooner, and near their end."""
    for one in of_account(db, newer.account_id):
        follows = one.issuer == newer.issuer and one.not_after < newer.not_after
        if follows and one.not_after - now <= RENEWAL:
            end(db, now, one, "replaced")


def warn(db: Session, now: datetime, days: int) -> Sequence[Certificate]:
    """Some of those that end within so many days and whose owners were not told so yet; from now on they are.

    One statement notes it, so that two processes never tell the same owner.
    """
    nearer = or_(Certificate.warned_days.is_(None), Certificate.warned_days > days)
    due = (
        Certificate.ended_at.is_(None),
        Certificate.not_after > now,
        Certificate.not_after <= now + timedelta(days=days),
        nearer,
    )
    some = select(Certificate.id).where(*due).limit(BATCH)
    told = update(Certificate).where(Certificate.id.in_(some), *due).values(warned_days=days)
    warned = db.scalars(told.returning(Certificate)).all()
    for one in warned:
        events.record(db, now, "certificate-warned", account=one.account_id, days=days)
    return warned


def end(db: Session, now: datetime, certificate: Certificate, reason: str) -> None:
    """From now on it signs nobody in, and what it has opened is closed (rule R24)."""
    certificate.ended_at, certificate.end_reason = now, reason
    sessions.end_opened_by(db, now, certificate.id, f"certificate-{reason}")
    events.record(
        db, now, "certificate-ended", account=certificate.account_id, issuer=certificate.issuer, reason=reason
    )
