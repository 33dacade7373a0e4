"""Accounts with their phone numbers. One number and one proven identity belong to one account."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from onboarding.db import Base, Db, HasId, plain, table
from onboarding.sealed import Sealed


class Account(HasId, Base):
    """A citizen or an organisation.

    `identity` says what the id number rests on: `declared`, `certificate`, or `disputed` where another account
    holds the same id; its index is then empty until a certificate or staff have decided.
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

    def person_key(self) -> bytes | None:
        """The wrapped key of this person; none once the person was erased."""
        return self.wrapped_key

    @property
    def confirmed_id(self) -> bool:
        """Whether an issuer vouches for the national id: an organisation's certificate says its tax code only."""
        return self.kind == "citizen" and self.identity == "certificate"


class PhoneNumber(HasId, Base):
    """A number that its owner has confirmed by a code."""

    __tablename__ = "phone_numbers"

    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id), index=True)
    number_sealed: Mapped[bytes]
    number_index: Mapped[bytes] = mapped_column(unique=True)
    confirmed_at: Mapped[datetime]

    number = Sealed("number_sealed")
    account: Mapped[Account] = relationship(back_populates="numbers")

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
    account = Account(
        kind=applicant.kind,
        identity="disputed" if rival else "declared",
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


NUMBERS = select(table(PhoneNumber)).where(table(PhoneNumber).c.account_id == bindparam("its_account"))


def with_numbers(db: Db, account: Account) -> Account:
    """A plain account, which has its numbers from here on."""
    rows = db.execute(NUMBERS, {"its_account": account.id})
    vars(account)["numbers"] = [plain(db, PhoneNumber, row, account=account) for row in rows]
    return account


def hold(db: Session, account_id: UUID) -> Account | None:
    """An account as it is now, which nobody else changes before this transaction ends.

    What refers to it can still be written: else its owner's sign-in, which holds counts that staff go on to ask
    for, would wait for them, and they for it. What ends sign-ins keeps those out, too (`endings.sign_out`).
    """
    return db.get(Account, account_id, with_for_update={"key_share": True}, populate_existing=True)


BY_NUMBER = select(Account).join(PhoneNumber).where(PhoneNumber.number_index == bindparam("its_number"))


def find_by_number(db: Session, number: str) -> Account | None:
    """The account that a number in E.164 form belongs to."""
    return db.scalar(BY_NUMBER, {"its_number": db.info["keyring"].index("phone_numbers.number", number)})


def find_by_identity(
    db: Session, kind: str, national_id: str | None, tax_code: str | None, *, lock: bool = False
) -> Account | None:
    """The account that holds an id: a citizen's national id or an organisation's tax code.

    With `lock` nobody else takes the id from it until this transaction ends.
    """
    by_id, by_tax = identity_indexes(db, kind, national_id, tax_code)
    if by_id is None and by_tax is None:
        return None
    mine = Account.tax_code_index == by_tax if by_tax is not None else Account.national_id_index == by_id
    holder = select(Account).where(mine)
    if lock:
        holder = holder.with_for_update().execution_options(populate_existing=True)
    return db.scalar(holder)


def prove_identity(db: Session, account: Account, holder: Account | None) -> None:
    """An issuer vouches that this account has the id that it states: the id is its own from now on.

    An account that has only stated the same id keeps everything else, and is `disputed`; staff decide about it.
    Raises IntegrityError where another account was quicker.
    """
    if holder is not None and holder.id != account.id:
        holder.identity, holder.national_id_index, holder.tax_code_index = "disputed", None, None
        db.flush()
    account.identity = "certificate"
    account.national_id_index, account.tax_code_index = identity_indexes(
        db, account.kind, account.national_id, account.tax_code
    )
    db.flush()
