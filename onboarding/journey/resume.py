"""Going on where one stopped, here or on another device: support code and a code by phone together."""

from typing import Any

import segno
from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import Field, StringField, ValidationError
from wtforms.validators import InputRequired

from onboarding.accounts import events, journeys, numbers
from onboarding.accounts.journeys import Journey
from onboarding.journey import proving
from onboarding.journey.forms import StepForm, check_number, phone_field
from onboarding.journey.proving import NumberForm
from onboarding.journey.steps import Own, Step
from onboarding.journey.visit import Visit
from onboarding.resources import N_

LONGEST = 40  # characters that anybody may type for a support code
NO_CODE = N_("A support code has 8 letters and digits, e.g. HG-7K3M-92QX. It is at the foot of every page.")
HINT = {
    "hint": _l(
        "Enter the support code and the phone number that you confirmed. We send a code to it; then you go on, "
        "and everything that you entered is still there."
    )
}


def is_support_code(_form: StepForm, field: Field) -> None:
    """Refuse at once, before a message is sent, what no journey is called."""
    if len(field.data) > LONGEST or journeys.normal_support_code(field.data) is None:
        raise ValidationError(gettext(NO_CODE))


class ResumeForm(NumberForm):
    """Which journey, and whose."""

    support_code = StringField(
        _l("Support code"),
        [
            InputRequired(_l("Enter the support code, e.g. HG-7K3M-92QX.")),
            is_support_code,
        ],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    number = phone_field()

    def validate_number(self, field: Field) -> None:
        """Refuse it beside a wrong support code; alone it is judged, and counted, where the code is sent."""
        if self.support_code.errors:
            check_number(field, numbers.normalise)

    def may_begin(self) -> bool:
        """Whether a journey may begin for it: not for what is no number."""
        if super().may_begin():
            try:
                numbers.normalise(str(self.number.data))
            except numbers.Refused as refused:
                self.refuse(self.number, refused.message, **refused.values)
        return not self.errors


def show_why(visit: Visit) -> dict[str, Any]:
    """Whether this page came by itself, because a journey was left alone."""
    return {"left_alone": visit.must_prove}


def ask(visit: Visit, form: ResumeForm) -> str | None:
    """Send a code to the number, whether or not the journey is this person's: that shows after the code only."""
    visit.remember(support_code=journeys.normal_support_code(form.support_code.data or ""))
    return proving.ask(proving.RESUME, visit, form)


def after_code(visit: Visit, number: str) -> str:
    """Go on with the journey if the number is its own; else begin anew, the number is confirmed at least."""
    other = journeys.find_by_support_code(visit.db, visit.facts["support_code"], lock=True)
    if other is None or other.outcome is not None or journeys.proven_number(other) != number:
        return visit.only_way_on()
    events.record(visit.db, visit.now, "journey-resumed", journey=other.id)
    take_over(visit, other)
    return visit.end


def take_over(visit: Visit, other: Journey) -> None:
    """Go on with another journey of the same person, in this browser; this one ends.

    Where it is this very one, what is left is to forget the way that led here.
    """
    assert visit.journey is not None
    if other.id == visit.journey.id:
        visit.trail = visit.trail[: [answered["to"] for answered in visit.trail].index(visit.step.name)]
        return
    visit.journey.token_hash = visit.journey.earlier_token_hash = None
    visit.journey.outcome, visit.journey.finished_at = "resumed", visit.now
    journeys.save(visit.db, visit.journey)
    other.token_hash, other.earlier_token_hash = visit.token_hash, visit.came_with
    visit.adopt(other)


def show_address(visit: Visit) -> dict[str, Any]:
    """Address and picture for the other device; both hold the support code, which opens nothing by itself."""
    asked = url_for("journey.step", name="resume", support_code=visit.support_code)
    address = f"{visit.settings.public_url}{asked}"
    drawn = segno.make(address, error="m").svg_inline(scale=5, border=2, dark="#000", light="#fff")
    # The library draws it from our own address; nothing that a visitor sent is in it.
    return {"qr": Own(Markup(drawn)), "resume_address": address.partition("?")[0]}  # noqa: S704


STEPS = (
    Step(
        "another-device",
        _l("Go on with another phone or computer"),
        ("resume",),
        show=show_address,
        entrance=True,
    ),
    Step(
        "resume",
        _l("Go on where you stopped"),
        ("resume-code",),
        ResumeForm,
        ask,
        HINT,
        show=show_why,
        template="number",
        entrance=True,
    ),
    proving.code_step("resume-code", ("not-found",), proving.RESUME, after_code),
    Step("not-found", _l("We did not find your journey"), ("resume", "account"), StepForm),
)
