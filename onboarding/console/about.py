"""What a request for an approval is about: masked; in full it stands on the person's page, by a recorded click."""

from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from onboarding.accounts import numbers
from onboarding.accounts.approvals import Approval
from onboarding.accounts.journeys import Journey
from onboarding.accounts.number_changes import NumberChange
from onboarding.accounts.people import Account
from onboarding.accounts.staff import Staff
from onboarding.console import second
from onboarding.console.find import account_row, journey_row


def of(db: Session, asked: Approval) -> dict[str, Any] | None:
    """Rows of the account and the one it merges `into`, of the journey, and the new `number`: those it has.

    None where it cannot be done any more: an account or a member of staff has ended, or the journey is about
    another number now.
    """
    ids = {"account": asked.account_id, "into": asked.facts.get("into")}
    found = {part: db.get(Account, UUID(str(one))) for part, one in ids.items() if one}
    living = {part: account for part, account in found.items() if account and account.wrapped_key}
    if living.keys() != found.keys():
        return None
    if "member" in asked.facts and db.get_one(Staff, UUID(asked.facts["member"])).ended_at is not None:
        return None
    rows: dict[str, Any] = {part: account_row(account) for part, account in living.items()}
    if asked.journey_id is not None:
        journey = db.get(Journey, asked.journey_id)
        known = current_app.extensions["journey"].number(db, journey) if journey else None
        if journey is None or known is None or second.blind(db, known) != asked.facts["number"]:
            return None
        rows["journey"] = journey_row(journey) | {"numbers": [numbers.masked(known)]}
    change = db.get(NumberChange, UUID(asked.facts["change"])) if "change" in asked.facts else None
    return rows | ({"number": numbers.masked(str(change.number))} if change else {})
