"""`/console/staff`: administrators change roles, end members, and give new links.

Another administrator approves a link, and a role that lets its holder approve: nobody makes the second person of
P31 alone.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import RadioField
from wtforms.validators import InputRequired

from onboarding.accounts import approvals, audit, staff, staff_keys, staff_sessions
from onboarding.accounts.approvals import APPROVING_ROLES, Approval
from onboarding.accounts.staff import Staff
from onboarding.console import place
from onboarding.console.forms import ReasonForm, offered
from onboarding.console.guard import allow, console, hold_administrators, me
from onboarding.console.menu import ROLE_NAMES
from onboarding.console.second import Ended
from onboarding.console.within import within
from onboarding.resources import N_

LINK, ROLE = "staff-link", "staff-role"  # acts that another administrator approves
OWN = N_("Nobody can change or end their own access. Another administrator can.")
ASKED = N_("This was asked for already and waits for another administrator.")
ALONE = N_("This needs a second administrator. Please add one on the command line: onboarding staff add.")

OTHER_ACTS = {
    "link": _l("New sign-in link, because passkey or token is lost; another administrator approves"),
    "end": _l("End: this person no longer works here"),
}


class Change(ReasonForm):
    """What becomes of a member: another role, a new link, or the end."""

    act = RadioField(_l("What should be done?"), [InputRequired(_l("Choose what should be done."))])


@console.get("/staff")
@allow("administrator")
def staff_list() -> str:
    """Everybody, with role and last sign-in."""
    db, _now, _settings = within()
    return render_template("console/staff.html", everybody=staff.everybody(db), last=staff_sessions.last_ones(db))


def show_link(member: Staff, link: str) -> str:
    """The page with a link, which nobody can call up again."""
    return render_template("console/staff-link.html", member=member, link=link)


@console.get("/staff/<uuid:staff_id>")
@allow("administrator")
def member(staff_id: UUID) -> str:
    """One member of staff."""
    return member_page(of_id(staff_id))


def of_id(staff_id: UUID) -> Staff:
    """The member of staff of this id, or 404."""
    db, _now, _settings = within()
    return db.get(Staff, staff_id) or abort(404)


def member_page(member: Staff, form: Change | None = None) -> str:
    """One member of staff with what can be done."""
    db, now, _settings = within()
    asked = asked_for(member, LINK)
    shown: dict[str, Any] = {"member": member, "sessions": staff_sessions.of(db, member), "asked": asked}
    shown["mine"] = asked is not None and asked.requested_by == me().staff_id
    shown["role_asked"] = asked_for(member, ROLE)
    return render_template("console/member.html", form=form or change_form(member), now=now, **shown)


def change_form(member: Staff) -> Change:
    """What can be done about a member."""
    form = Change()
    acts = {f"role-{role}": new_role(role) for role in ROLE_NAMES if role != member.role}
    form.act.choices = offered(acts | OTHER_ACTS)
    return form


def new_role(role: str) -> Any:
    """What giving a role is called."""
    if role in APPROVING_ROLES:
        return _l("New role: %(role)s; another administrator approves", role=ROLE_NAMES[role])
    return _l("New role: %(role)s", role=ROLE_NAMES[role])


def asked_for(member: Staff, act: str) -> Approval | None:
    """The open request for an act about a member."""
    db, now, _settings = within()
    about = [one for one in approvals.open_ones(db, now) if one.facts.get("member") == str(member.id)]
    return next((one for one in about if one.act == act), None)


def alone() -> bool:
    """Whether there is no other administrator who could approve."""
    return hold_administrators() == [me().staff]


def ask(member: Staff, act: str, reason: str, **facts: Any) -> str:
    """Ask another administrator to approve. Returns why nobody is asked, in words."""
    if alone():
        return ALONE
    if asked_for(member, act):
        return ASKED
    db, now, _settings = within()
    approvals.request(db, now, me().staff, act, reason, member=str(member.id), **facts)
    return ""


@console.post("/staff/<uuid:staff_id>")
@allow("administrator")
def change_staff(staff_id: UUID) -> ResponseReturnValue:
    """Do what was chosen, or say why not."""
    member = of_id(staff_id)
    form = change_form(member)
    if not form.validate_on_submit() or member.ended_at is not None:
        return member_page(member, form)
    if problem := changed(member, form.act.data, str(form.reason.data)):
        form.refuse(form.act, problem)
        return member_page(member, form)
    return redirect(url_for("console.member", staff_id=member.id, done=1), 303)


def changed(member: Staff, act: str, reason: str) -> str:
    """Do it. Returns why it cannot be done, in words."""
    hold_administrators()
    db, now, _settings = within()
    if member.id == me().staff_id:
        return OWN  # so there is always an administrator left
    if act == "link":
        return ask(member, LINK, reason)
    if act == "end":
        staff.end(db, now, member)
        staff_sessions.end_all(db, now, member, "ended")
        audit.record(db, now, me().staff, "staff-ended", reason, member=str(member.id))
        return ""
    role = act.removeprefix("role-")
    if role in APPROVING_ROLES:
        return ask(member, ROLE, reason, role=role)
    give_role(db, now, me().staff, member, role, reason)
    return ""


def give_role(db: Session, now: datetime, by: Staff, member: Staff, role: str, reason: str) -> None:
    """Change a member's role, which acts with their next click."""
    before, member.role = member.role, role
    audit.record(db, now, by, "staff-role-changed", reason, member=str(member.id), before=before, role=role)


def change_role(db: Session, now: datetime, approval: Approval) -> None:
    """Give the role that was asked for and is approved now. Raises Ended where its member has left meanwhile."""
    member = of_id(UUID(approval.facts["member"]))
    if member.ended_at is not None:
        raise Ended
    give_role(db, now, approval.requester, member, approval.facts["role"], approval.reason)


@console.post("/staff/<uuid:staff_id>/link")
@allow("administrator")
def make_link(staff_id: UUID) -> ResponseReturnValue:
    """Make the link that another administrator approved, and show it once to whoever asked for it."""
    member, (db, now, settings) = of_id(staff_id), within()
    asked = asked_for(member, LINK)
    if asked is None or asked.requested_by != me().staff_id or not approvals.take(db, now, asked.id, LINK):
        return redirect(url_for("console.member", staff_id=member.id), 303)
    code = staff_keys.replace(db, now, member)
    audit.record(db, now, me().staff, "staff-link-made", asked.reason, member=str(member.id))
    return show_link(member, place.first_sign_in(settings, code))
