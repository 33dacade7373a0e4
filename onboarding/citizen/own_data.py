"""What a citizen sees of their own account, and the file with all of it (Law 91/2025/QH15)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from onboarding.accounts import certificates, consents, looks, masks, numbers, sessions, signals
from onboarding.accounts.certificates import Certificate
from onboarding.accounts.imports import EARLIER_PORTAL
from onboarding.accounts.people import Account


def shown(account: Account, linked: Sequence[Certificate], now: datetime) -> dict[str, Any]:
    """The account as its page shows it: the number masked, for whoever looks over the shoulder."""
    return {
        "certificates": linked,
        "ending": [one for one in linked if one.not_after - now <= certificates.RENEWAL],
        "name": account.name,
        "state": account.state,
        "identity": identity(account),
        "numbers_masked": [numbers.masked(str(phone.number)) for phone in account.numbers],
        "registered_at": account.registered_at,
        "to_confirm": account.consent_version == EARLIER_PORTAL,
        "id_masked": masks.ending(account.national_id or account.tax_code),
    }


def identity(account: Account) -> str:
    """How it is known who this is: the same for an id that others claim, too, or anybody could ask for one so."""
    return "certificate" if account.identity == "certificate" else "declared"


def everything(db: Session, account: Account, now: datetime) -> dict[str, Any]:
    """All that is kept about a person, in plain words and times in UTC."""
    plain = ("kind", "state", "language")
    personal = ("name", "birth_date", "national_id", "tax_code", "representative")
    return {
        "made_at": now.isoformat(),
        "account": {
            **{name: getattr(account, name) for name in plain + personal},
            "identity": identity(account),
            "registered_at": account.registered_at.isoformat(),
            "consent_version": account.consent_version,
            "phone_numbers": [
                {"number": phone.number, "confirmed_at": phone.confirmed_at.isoformat()}
                for phone in account.numbers
            ],
            "certificates": [linked(one) for one in certificates.of_account(db, account.id, ended=True)],
        },
        "services": services(db, account),
        "told_to_services": told(db, account),
        "sign_ins": [
            {
                "at": one.started_at.isoformat(),
                "ended_at": one.ended_at.isoformat() if one.ended_at else None,
                "how": one.how,
                "device": one.device,
            }
            for one in sessions.of_account(db, account.id, most=None)
        ],
        "looked_at_by_staff": [
            {"at": look.at.isoformat(), "role": look.role, "why": look.why}
            for look in looks.at_account(db, account.id, most=None)
        ],
    }


def linked(one: Certificate) -> dict[str, Any]:
    """A certificate that signs in, or once did."""
    return {
        **{name: getattr(one, name) for name in ("subject", "issuer", "serial", "encoded")},
        **{name: getattr(one, name).isoformat() for name in ("linked_at", "not_after")},
        "ended_at": one.ended_at.isoformat() if one.ended_at else None,
        "end_reason": one.end_reason,
    }


def services(db: Session, account: Account) -> list[dict[str, Any]]:
    """The services that this person signs in to, with what each may know."""
    return [
        {"name": one.client.name, "may_have": one.scopes, "since": one.given_at.isoformat()}
        for one in consents.of_account(db, account.id, ended=True)
    ]


def told(db: Session, account: Account) -> list[dict[str, Any]]:
    """What these services were told without asking, in the last week."""
    return [
        {"at": one.happened_at.isoformat(), "service": one.client.name, "what": one.kind}
        for one in signals.of_account(db, account.id)
    ]
