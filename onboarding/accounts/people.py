"""Accounts with their phone numbers and certificates. One number and one proven identity belong to one account."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from onboarding.db import Base, HasId
from onboarding.sealed import Sealed


class Account(HasId, Base):
    """A citizen or an organisation.

    `identity` says what the id number rests on: `declared`, `certificate`, or `disputed` where another account
    holds the same id; its index is then empty until staff have decided.
    """

    __tablename__ = "accounts"

    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="active")
    identity: Mapped[str]
    language: Mapped[str]
    wrapped_key: Mapped[bytes | None]
    name_sealed: Mapped[bytes | None]
    birth_date_sealed: Mapped[bytes | None]
    national_id_sealed: Mapped[bytes | None]
    national_id_index: Mapped[bytes | None] = mapped_column(unique=True)
    tax_code_sealed: Mapped[bytes | None]
    tax_code_index: Mapped[bytes | None] = mapped_column(unique=True)
    representative_sealed: Mapped[bytes | None]
    consent_version: Mapped[str]
    registered_at: Mapped[datetime]

    name = Sealed("name_sealed")
    birth_date = Sealed("birth_date_sealed")
    national_id = Sealed("national_id_sealed")
    tax_code = Sealed("tax_code_sealed")
    representative = Sealed("representative_sealed")

    numbers: Mapped[list["PhoneNumber"]] = relationship(back_populates="account")
    certificates: Mapped[list["Certificate"]] = relationship(back_populates="account")

    def person_key(self) -> bytes | None:
        """The wrapped key of this person; none once the person was erased."""
        return self.wrapped_key


class PhoneNumber(HasId, Base):
    """A number that its owner has confirmed by a code."""

    __tablename__ = "phone_numbers"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    number_sealed: Mapped[bytes]
    number_index: Mapped[bytes] = mapped_column(unique=True)
    confirmed_at: Mapped[datetime]

    number = Sealed("number_sealed")
    account: Mapped[Account] = relationship(back_populates="numbers")

    def person_key(self) -> bytes | None:
        """The key of the account's person."""
        return self.account.wrapped_key


class Certificate(HasId, Base):
    """A signing certificate that signs its owner in; one key belongs to one account (rule R38)."""

    __tablename__ = "certificates"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    key_hash: Mapped[bytes] = mapped_column(unique=True)
    issuer: Mapped[str]
    serial: Mapped[str] = mapped_column(index=True)
    subject_sealed: Mapped[bytes]
    not_after: Mapped[datetime]
    linked_at: Mapped[datetime]

    subject = Sealed("subject_sealed")
    account: Mapped[Account] = relationship(back_populates="certificates")

    def person_key(self) -> bytes | None:
        """The key of the account's person."""
        return self.account.wrapped_key


@dataclass(frozen=True)
class Applicant:
    """Who asks for an account, as checked by the forms; numbers in their normal form."""

    kind: str
    name: str
    national_id: str | None
    birth_date: date | None = None
    tax_code: str | None = None
    representative: str | None = None
    by_certificate: bool = False


@dataclass(frozen=True)
class Registration:
    """What registering came to: the account; whether it stood before; who already held the same id."""

    account: Account
    existed: bool = False
    rival: Account | None = None


def register(
    db: Session, now: datetime, applicant: Applicant, number: str, language: str, consent_version: str
) -> Registration:
    """Make the account of somebody whose number is confirmed, once, however many try at the same time.

    A number that has an account already gives that account, unchanged. An id that another account holds gives
    an account of its own whose identity is `disputed`: a typed id proves nothing, so neither side may be
    locked out by it, and a stranger learns nothing from it.
    """
    rival = None
    while True:
        try:
            with db.begin_nested():
                return Registration(
                    insert(db, now, applicant, number, language, consent_version, rival), rival=rival
                )
        except IntegrityError:
            if owner := find_by_number(db, number):
                return Registration(owner, existed=True)
            if rival is not None:
                raise
            rival = find_by_identity(db, applicant.kind, applicant.national_id, applicant.tax_code)
            if rival is None:
                raise


def insert(
    db: Session,
    now: datetime,
    applicant: Applicant,
    number: str,
    language: str,
    consent_version: str,
    rival: Account | None,
) -> Account:
    """Write the account and its number. Raises IntegrityError where the number or the id is taken."""
    keyring = db.info["keyring"]
    proven = "certificate" if applicant.by_certificate else "declared"
    account = Account(
        kind=applicant.kind,
        identity="disputed" if rival else proven,
        language=language,
        wrapped_key=keyring.new_person_key(),
        consent_version=consent_version,
        registered_at=now,
    )
    db.add(account)
    account.name = applicant.name
    account.birth_date = applicant.birth_date.isoformat() if applicant.birth_date else None
    account.national_id = applicant.national_id
    account.tax_code = applicant.tax_code
    account.representative = applicant.representative
    if rival is None:
        account.national_id_index, account.tax_code_index = identity_indexes(
            db, applicant.kind, applicant.national_id, applicant.tax_code
        )
    phone = PhoneNumber(
        account=account, number_index=keyring.index("phone_numbers.number", number), confirmed_at=now
    )
    db.add(phone)
    phone.number = number
    db.flush()
    return account


def identity_indexes(
    db: Session, kind: str, national_id: str | None, tax_code: str | None
) -> tuple[bytes | None, bytes | None]:
    """The blind indexes that make an account unique: a citizen by national id, an organisation by tax code."""
    index = db.info["keyring"].index
    if kind == "organisation":
        return None, index("accounts.tax_code", tax_code) if tax_code else None
    return index("accounts.national_id", national_id) if national_id else None, None


BY_NUMBER = select(Account).join(PhoneNumber).where(PhoneNumber.number_index == bindparam("its_number"))


def find_by_number(db: Session, number: str) -> Account | None:
    """The account that a number in E.164 form belongs to."""
    return db.scalar(BY_NUMBER, {"its_number": db.info["keyring"].index("phone_numbers.number", number)})


WITH_WAYS_IN = (
    select(Account)
    .where(Account.id == bindparam("its_id"))
    .options(joinedload(Account.numbers), joinedload(Account.certificates))
    .execution_options(populate_existing=True)
)


def load_ways_in(db: Session, account: Account) -> None:
    """Read all numbers and certificates of an account together."""
    db.scalars(WITH_WAYS_IN, {"its_id": account.id}).unique().one()


def find_by_identity(db: Session, kind: str, national_id: str | None, tax_code: str | None) -> Account | None:
    """The account that holds an id: a citizen's national id or an organisation's tax code."""
    by_id, by_tax = identity_indexes(db, kind, national_id, tax_code)
    if by_tax is not None:
        return db.scalar(select(Account).where(Account.tax_code_index == by_tax))
    return db.scalar(select(Account).where(Account.national_id_index == by_id)) if by_id is not None else None


def find_by_key(db: Session, key_hash: bytes) -> Account | None:
    """The account that a certificate's key is linked to."""
    return db.scalar(select(Account).join(Certificate).where(Certificate.key_hash == key_hash))


def link_certificate(
    db: Session,
    now: datetime,
    account: Account,
    *,
    key_hash: bytes,
    issuer: str,
    serial: str,
    subject: str,
    not_after: datetime,
) -> bool:
    """Link a certificate to its owner's account. False where the key belongs to another account."""
    owner = find_by_key(db, key_hash)
    if owner is not None:
        return owner.id == account.id
    certificate = Certificate(
        account=account, key_hash=key_hash, issuer=issuer, serial=serial, not_after=not_after, linked_at=now
    )
    db.add(certificate)
    certificate.subject = subject
    return True
