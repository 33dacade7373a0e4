"""The parts that pages are made of, as they are really used, for whoever fits them to a portal."""

import re
from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired

from onboarding.resources import folder
from onboarding.sms.outbox import News
from onboarding.sms.states import REASONS, STATES

COLOUR = re.compile(r"^\s+--([a-z-]+): (#[0-9a-f]+);", re.MULTILINE)


def needed(label: LazyString, told: LazyString, **rendered: str) -> StringField:
    """A field for a line of text that may not stay empty."""
    return StringField(label, [InputRequired(told)], render_kw=rendered)


class PartsForm(Form):
    """A field of each kind; the names are those by which the pages know their hints and widths."""

    name = needed(_l("Full name"), _l("Enter your full name as it is on your identity card."))
    number = needed(_l("Phone number"), _l("Enter your mobile phone number."), type="tel")
    code = needed(
        _l("Code from the text message"),
        _l("Enter the 6 digits of the code in the text message."),
        autocomplete="one-time-code",
    )
    national_id = needed(_l("Identity number"), _l("Enter the 12-digit number of your identity card."))
    birth_day = needed(_l("Day"), _l("Enter day, month and year of birth."))
    birth_month = StringField(_l("Month"))
    birth_year = StringField(_l("Year"))
    kind = RadioField(
        _l("Who is the account for?"),
        [InputRequired(_l("Choose who the account is for."))],
        choices=[
            SelectChoice(value="citizen", label=_l("For myself")),
            SelectChoice(
                value="organisation", label=_l("For an organisation, a business or a household business")
            ),
        ],
        validate_choice=False,
    )
    consent = BooleanField(_l("I have read this and I agree"), [InputRequired(_l("Tick the box if you agree."))])


class Colour(NamedTuple):
    """A custom property of the style sheet, with its value on light and on dark screens."""

    name: str
    light: str
    dark: str


def form(*, failed: bool) -> PartsForm:
    """The form as it comes, or as it comes back when nothing was filled in."""
    made = PartsForm(MultiDict())
    if failed:
        made.validate()
    return made


def colours() -> list[Colour]:
    """The colours as the style sheet has them now."""
    light, _, rest = (folder("static") / "app.css").read_text().partition("@media")
    dark = dict(COLOUR.findall(rest))
    return [Colour(name, value, dark.get(name, value)) for name, value in COLOUR.findall(light)]


def news() -> list[News]:
    """Everything that a code page may say of its message."""
    return [*map(News._make, STATES.items()), *(News("failed", sentence) for sentence in REASONS.values())]
