"""Many accounts at once: the rows that `people.insert` writes for one, as plain values for one statement."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from onboarding.accounts.people import Account, Applicant, PhoneNumber, identity_indexes
from onboarding.db import new_id
from onboarding.sealed import place, seal

Rows = tuple[dict[str, Any], dict[str, Any]]


def rows(
    db: Session, now: datetime, who: Applicant, number: str, consent_version: str, state: str = "active"
) -> Rows:
    """The rows of one person: account and phone number."""
    keyring, account_id, phone_id = db.info["keyring"], new_id(), new_id()
    wrapped_key = keyring.new_person_key()
    key = keyring.open_person_key(wrapped_key)
    by_id, by_tax = identity_indexes(db, who.kind, who.national_id, who.tax_code)
    account = {
        "id": account_id,
        "kind": who.kind,
        "state": state,
        "identity": "declared",
        "language": "vi",
        "wrapped_key": wrapped_key,
        "national_id_index": by_id,
        "tax_code_index": by_tax,
        "consent_version": consent_version,
        "registered_at": now,
    }
    for column, value in (
        ("name_sealed", who.name),
        ("birth_date_sealed", who.birth_date and str(who.birth_date)),
        ("national_id_sealed", who.national_id),
        ("tax_code_sealed", who.tax_code),
    ):
        account[column] = seal(key, value.encode(), place("accounts", column, account_id)) if value else None
    return account, {
        "id": phone_id,
        "account_id": account_id,
        "number_sealed": seal(key, number.encode(), place("phone_numbers", "number_sealed", phone_id)),
        "number_index": keyring.index("phone_numbers.number", number),
        "confirmed_at": now,
    }


def write(db: Session, made: list[Rows]) -> None:
    """Write the rows of many people."""
    if made:
        db.execute(insert(Account), [account for account, _ in made])
        db.execute(insert(PhoneNumber), [phone for _, phone in made])
