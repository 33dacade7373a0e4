"""What a request for an approval is about: masked; in full it stands on the person's page, by a recorded click."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from onboarding.accounts import numbers
from onboarding.accounts.approvals import Approval
from onboarding.accounts.number_changes import NumberChange
from onboarding.accounts.people import Account
from onboarding.console.find import account_row


def of(db: Session, asked: Approval) -> dict[str, Any] | None:
    """Rows of the account and of the one it merges `into`, and the new `number`: those that it has.

    None where an account has ended meanwhile, so that there is nothing to be done any more.
    """
    ids = {"account": asked.account_id, "into": asked.facts.get("into")}
    found = {part: db.get(Account, UUID(str(one))) for part, one in ids.items() if one}
    living = {part: account for part, account in found.items() if account and account.wrapped_key}
    if living.keys() != found.keys():
        return None
    rows: dict[str, Any] = {part: account_row(account) for part, account in living.items()}
    change = db.get(NumberChange, UUID(asked.facts["change"])) if "change" in asked.facts else None
    return rows | ({"number": numbers.masked(str(change.number))} if change else {})
