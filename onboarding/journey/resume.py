"""Going on where one stopped, here or on another device: support code and a code by phone together."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from onboarding.accounts import events, journeys
from onboarding.journey import proving
from onboarding.journey.forms import StepForm, phone_field
from onboarding.journey.proving import NumberForm
from onboarding.journey.steps import Step
from onboarding.journey.visit import Visit


class ResumeForm(NumberForm):
    """Which journey, and whose."""

    support_code = StringField(
        _l("Support code"),
        [InputRequired(_l("Enter the support code, e.g. HG-7K3M-92QX.")), Length(max=40)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    number = phone_field()


def ask(visit: Visit, form: ResumeForm) -> str | None:
    """Send a code to the number, whether or not the journey is this person's: that shows after the code only."""
    visit.remember(support_code=journeys.normal_support_code(form.support_code.data))
    return proving.ask(proving.RESUME, visit, form)


def after_code(visit: Visit, number: str) -> str:
    """Go on with the journey if the number is its own; else begin anew, the number is confirmed at least."""
    other = journeys.find_by_support_code(visit.db, visit.facts["support_code"])
    if other is None or other.outcome is not None or journeys.proven_number(other) != number:
        return visit.only_way_on()
    events.record(visit.db, visit.now, "journey-resumed", journey=other.id)
    visit.take_over(other)
    return visit.end


STEPS = (
    Step("resume", _l("Go on where you stopped"), ("resume-code",), ResumeForm, ask, entrance=True),
    proving.code_step("resume-code", ("not-found",), proving.RESUME, after_code),
    Step("not-found", _l("We did not find your journey"), ("account",), StepForm),
)
