"""`/console/staff`: administrators add staff, change roles, end members, and give new links with a second one."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from wtforms import Field, RadioField, StringField, ValidationError
from wtforms.validators import InputRequired

from onboarding.accounts import approvals, audit, staff, staff_keys, staff_sessions
from onboarding.accounts.staff import Staff
from onboarding.console import place
from onboarding.console.forms import ReasonForm, offered
from onboarding.console.guard import allow, console, hold_administrators, me
from onboarding.console.menu import ROLE_NAMES
from onboarding.console.within import within
from onboarding.resources import N_

LINK = "staff-link"
NAME_TAKEN = N_("There is a member of staff of this name already.")
OWN = N_("Nobody can change or end their own access. Another administrator can.")
ASKED = N_("This was asked for already and waits for another administrator.")


OTHER_ACTS = {
    "link": _l("New sign-in link, because passkey or token is lost; another administrator approves"),
    "end": _l("End: this person no longer works here"),
}


def is_name(_form: ReasonForm, field: Field) -> None:
    """Take a name in the form in which it is kept."""
    field.data = staff.normal_name(field.data)
    if field.data is None:
        raise ValidationError(gettext("A name has 2 to 60 letters."))


class NewMember(ReasonForm):
    """Who is added."""

    name = StringField(
        _l("Name"), [InputRequired(_l("Enter the name.")), is_name], render_kw={"autocomplete": "off"}
    )
    role = RadioField(_l("Role"), [InputRequired(_l("Choose a role."))], choices=offered(ROLE_NAMES))


class Change(ReasonForm):
    """What becomes of a member: another role, a new link, or the end."""

    act = RadioField(_l("What should be done?"), [InputRequired(_l("Choose what should be done."))])


@console.get("/staff")
@allow("administrator")
def staff_list() -> str:
    """Everybody, with role and last sign-in."""
    db, _now, _settings = within()
    return render_template("console/staff.html", everybody=staff.everybody(db), last=staff_sessions.last_ones(db))


@console.route("/staff/add", methods=["GET", "POST"])
@allow("administrator")
def add_staff() -> str:
    """Add somebody; their link is shown once."""
    form, (db, now, settings) = NewMember(), within()
    member = added(form) if form.validate_on_submit() else None
    if member is None:
        return render_template("console/add-staff.html", form=form)
    code = staff_keys.make_link(db, now, member)
    reason = str(form.reason.data)
    audit.record(db, now, me().staff, "staff-added", reason, member=str(member.id), role=member.role)
    return show_link(member, place.first_sign_in(settings, code))


def added(form: NewMember) -> Staff | None:
    """The new member; none where the name cannot be theirs, which the form then says."""
    db, now, _settings = within()
    try:
        with db.begin_nested():
            return staff.add(db, now, str(form.name.data), form.role.data)
    except IntegrityError:
        form.refuse(form.name, NAME_TAKEN)
        return None


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
    asked = link_asked(member)
    shown: dict[str, Any] = {"member": member, "sessions": staff_sessions.of(db, member), "asked": asked}
    shown["mine"] = asked is not None and asked.requested_by == me().staff_id
    return render_template("console/member.html", form=form or change_form(member), now=now, **shown)


def change_form(member: Staff) -> Change:
    """What can be done about a member."""
    form = Change()
    others = [(f"role-{role}", name) for role, name in ROLE_NAMES.items() if role != member.role]
    acts = {value: _l("New role: %(role)s", role=name) for value, name in others}
    form.act.choices = offered(acts | OTHER_ACTS)
    return form


def link_asked(member: Staff) -> approvals.Approval | None:
    """The request for a new link that is open."""
    db, now, _settings = within()
    mine = {"member": str(member.id)}
    return next((one for one in approvals.open_ones(db, now) if one.act == LINK and one.facts == mine), None)


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
        if link_asked(member):
            return ASKED
        approvals.request(db, now, me().staff, LINK, reason, member=str(member.id))
        return ""
    if act == "end":
        staff.end(db, now, member)
        staff_sessions.end_all(db, now, member, "ended")
        audit.record(db, now, me().staff, "staff-ended", reason, member=str(member.id))
        return ""
    before, member.role = member.role, act.removeprefix("role-")
    who, kind = me().staff, "staff-role-changed"
    audit.record(db, now, who, kind, reason, member=str(member.id), before=before, role=member.role)
    return ""


@console.post("/staff/<uuid:staff_id>/link")
@allow("administrator")
def make_link(staff_id: UUID) -> ResponseReturnValue:
    """Make the link that another administrator approved, and show it once to whoever asked for it."""
    member, (db, now, settings) = of_id(staff_id), within()
    asked = link_asked(member)
    if asked is None or asked.requested_by != me().staff_id or not approvals.take(db, now, asked.id, LINK):
        return redirect(url_for("console.member", staff_id=member.id), 303)
    code = staff_keys.replace(db, now, member)
    audit.record(db, now, me().staff, "staff-link-made", asked.reason, member=str(member.id))
    return show_link(member, place.first_sign_in(settings, code))
