"""`/console/staff/add`: administrators add staff; whoever may approve comes in once another one approves it."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from wtforms import Field, RadioField, StringField, ValidationError
from wtforms.validators import InputRequired

from onboarding.accounts import approvals, audit, staff, staff_keys
from onboarding.accounts.approvals import APPROVING_ROLES
from onboarding.accounts.staff import Staff
from onboarding.console import place
from onboarding.console.forms import ReasonForm, offered
from onboarding.console.guard import allow, console, me
from onboarding.console.menu import ROLE_NAMES
from onboarding.console.staff import ALONE, LINK, alone, show_link
from onboarding.console.within import within
from onboarding.resources import N_

NAME_TAKEN = N_("There is a member of staff of this name already.")


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
    role = RadioField(
        _l("Role"),
        [InputRequired(_l("Choose a role."))],
        choices=offered(ROLE_NAMES),
        description=_l("Supervisors and administrators come in once another administrator has approved."),
    )


@console.route("/staff/add", methods=["GET", "POST"])
@allow("administrator")
def add_staff() -> ResponseReturnValue:
    """Add somebody; their link is shown once. The link of whoever may approve waits for approval itself."""
    form, (db, now, settings) = NewMember(), within()
    member = added(form) if form.validate_on_submit() else None
    if member is None:
        return render_template("console/add-staff.html", form=form)
    code = None if member.role in APPROVING_ROLES else staff_keys.make_link(db, now, member)
    reason = str(form.reason.data)
    if code is None:
        approvals.request(db, now, me().staff, LINK, reason, member=str(member.id))
    audit.record(db, now, me().staff, "staff-added", reason, member=str(member.id), role=member.role)
    if code is None:
        return redirect(url_for("console.member", staff_id=member.id), 303)
    return show_link(member, place.first_sign_in(settings, code))


def added(form: NewMember) -> Staff | None:
    """The new member; none where there cannot be one of this name or role, which the form then says."""
    db, now, _settings = within()
    if form.role.data in APPROVING_ROLES and alone():
        form.refuse(form.role, ALONE)
        return None
    try:
        with db.begin_nested():
            return staff.add(db, now, str(form.name.data), form.role.data)
    except IntegrityError:
        form.refuse(form.name, NAME_TAKEN)
        return None
