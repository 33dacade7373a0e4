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
from onboarding.console.guard import allow, console, hold_administrators, me
from onboarding.console.staff import LINK, ROLE, change_role
from onboarding.console.within import within

DECIDED = _l("This was decided already, or a day has passed since it was asked for.")
ENDED = _l("This can no longer be done: what it is about has ended or changed meanwhile.")


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
    LINK: Act(_l("Sign-in link for a member of staff")),
    ROLE: Act(_l("New role for a member of staff"), change_role),
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
    members = {str(one.id): one for one in staff.everybody(db)}
    rows = [(one, what) for one in asked if (what := about.of(db, one)) is not None]
    failed = {"problem": problem, "unexplained": unexplained, "typed": request.form.get("reason", "")}
    return render_template("console/approvals.html", asked=rows, acts=ACTS, members=members, **failed)


@console.post("/approvals/<uuid:approval_id>/approve")
@allow("supervisor", "administrator")
def approve(approval_id: UUID) -> ResponseReturnValue:
    """Approve, and carry out what is carried out at once; where that cannot be done nothing is approved."""
    db, now, _settings = within()
    if me().staff.role == "administrator":  # it is about staff
        hold_administrators()
    approved = approvals.decide(db, now, me().staff, approval_id, approved=True)
    if approved is None:
        return missed(approval_id)
    carry_out = ACTS[approved.act].carry_out
    try:
        if carry_out and approvals.take(db, now, approved.id, approved.act):
            carry_out(db, now, approved)
    except second.Ended:
        db.rollback()
        return page(ENDED), 409
    approvals.record(db, now, me().staff, "approval-given", approved, approvals.AGREED)
    return redirect(url_for("console.approvals_list", done=1), 303)


@console.post("/approvals/<uuid:approval_id>/refuse")
@allow("supervisor", "administrator")
def refuse(approval_id: UUID) -> ResponseReturnValue:
    """Refuse, and say why: nothing is done."""
    db, now, _settings = within()
    must_be_theirs(approval_id)
    try:
        reason = audit.reason_in(request.form.get("reason", ""))
    except audit.NoReason:
        return page(NO_REASON, unexplained=approval_id)
    refused = approvals.decide(db, now, me().staff, approval_id, approved=False)
    if refused is None:
        return missed(approval_id)
    let_go = ACTS[refused.act].let_go
    if let_go:
        let_go(db, refused)
    approvals.record(db, now, me().staff, "approval-refused", refused, reason)
    return redirect(url_for("console.approvals_list", done=1), 303)


def missed(approval_id: UUID) -> ResponseReturnValue:
    """Say that it is decided already or too old."""
    must_be_theirs(approval_id)
    return page(DECIDED), 409


def must_be_theirs(approval_id: UUID) -> None:
    """404 where it was never there for these staff to decide."""
    db, _now, _settings = within()
    found, mine = db.get(Approval, approval_id), me().staff
    if found is None or found.requested_by == mine.id or mine.role not in APPROVERS[found.act]:
        abort(404)
