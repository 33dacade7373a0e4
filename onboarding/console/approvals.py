"""`/console/approvals`: what waits for a second person, and their word on it (P31)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from onboarding.accounts import approvals, audit, staff
from onboarding.accounts.approvals import APPROVERS, Approval
from onboarding.console import about, second
from onboarding.console.forms import NO_REASON
from onboarding.console.guard import allow, console, me
from onboarding.console.within import within

DECIDED = _l("This was decided already, or a day has passed since it was asked for.")
ENDED = _l("This can no longer be done: an account that it is about has been closed or merged meanwhile.")


@dataclass(frozen=True)
class Act:
    """An act as the page shows it.

    `carry_out` does it in the transaction of the approval; without it whoever asked does it on a page of its own.
    `let_go` forgets what was kept for it where it is refused.
    """

    label: Any
    carry_out: Callable[[Session, datetime, Approval], None] | None = None
    let_go: Callable[[Session, Approval], None] | None = None


ACTS = {  # an act is one line here, one in APPROVERS
    "staff-link": Act(_l("New sign-in link for a member of staff")),
    "reopen-number": Act(_l("Open the closed number"), second.reopen),
    "change-number": Act(_l("Change the phone number"), second.change_number, second.forget_number),
    "merge-accounts": Act(_l("Merge into the other account"), second.merge),
    "close-account": Act(_l("Close and erase the account"), second.close),
}


@console.get("/approvals")
@allow("helper", "supervisor", "administrator")
def approvals_list() -> str:
    """What is open."""
    return page()


def page(problem: object = None, unexplained: UUID | None = None) -> str:
    """One's own requests and those that one may decide, but for what cannot be done any more.

    `unexplained` is the one that was refused without a reason, and so is not refused yet.
    """
    db, now, _settings = within()
    mine = me().staff
    asked = [
        one
        for one in approvals.open_ones(db, now)
        if one.requested_by == mine.id or mine.role in APPROVERS[one.act]
    ]
    members = staff.names(db, [UUID(one.facts["member"]) for one in asked if "member" in one.facts])
    named = {str(staff_id): name for staff_id, name in members.items()}
    rows = [(one, what) for one in asked if (what := about.of(db, one)) is not None]
    failed = {"problem": problem, "unexplained": unexplained, "typed": request.form.get("reason", "")}
    return render_template("console/approvals.html", asked=rows, acts=ACTS, members=named, **failed)


@console.post("/approvals/<uuid:approval_id>/approve")
@allow("supervisor", "administrator")
def approve(approval_id: UUID) -> ResponseReturnValue:
    """Approve, and carry out what is carried out at once; where that cannot be done nothing is approved."""
    db, now, _settings = within()
    try:
        with db.begin_nested():
            approved = approvals.decide(db, now, me().staff, approval_id, approved=True)
            if approved is None:
                return missed(approval_id)
            carry_out = ACTS[approved.act].carry_out
            if carry_out and approvals.take(db, now, approved.id, approved.act):
                carry_out(db, now, approved)
    except second.Ended:
        return page(ENDED), 409
    return redirect(url_for("console.approvals_list", done=1), 303)


@console.post("/approvals/<uuid:approval_id>/refuse")
@allow("supervisor", "administrator")
def refuse(approval_id: UUID) -> ResponseReturnValue:
    """Refuse, and say why: nothing is done."""
    (db, now, _settings), reason = within(), request.form.get("reason", "")
    try:
        refused = approvals.decide(db, now, me().staff, approval_id, approved=False, reason=reason)
    except audit.NoReason:
        return page(NO_REASON, unexplained=approval_id)
    if refused is None:
        return missed(approval_id)
    let_go = ACTS[refused.act].let_go
    if let_go:
        let_go(db, refused)
    return redirect(url_for("console.approvals_list", done=1), 303)


def missed(approval_id: UUID) -> ResponseReturnValue:
    """Say that it is decided already or too old; 404 where it was never there for these staff to decide."""
    db, _now, _settings = within()
    found, mine = db.get(Approval, approval_id), me().staff
    if found is None or found.requested_by == mine.id or mine.role not in APPROVERS[found.act]:
        abort(404)
    return page(DECIDED), 409
