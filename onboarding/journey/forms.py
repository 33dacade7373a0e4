"""The form that every step's form is made from, and the fields that several steps share."""

import secrets
import unicodedata
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from wtforms import Field, HiddenField, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import DataRequired, InputRequired, Length

from onboarding.accounts.numbers import Refused
from onboarding.resources import N_

LONGEST = 200  # characters of a field that are kept; no field takes so many, so what was cut is refused again
NAME_MARKS = frozenset(" .'-,()&/")
# What registered names of organisations have besides.
ORGANISATION_MARKS = NAME_MARKS | frozenset('"“”„«»‘’–—+:;!@#%*_')
APOSTROPHES = str.maketrans("’‘ʼ", "'''")  # as telephones put them into H’Hen Niê
NAME_LENGTH = Length(max=150, message=_l("This name is too long. Shorten it to 150 characters."))
NO_ORGANISATION = N_(
    "The name of an organisation has letters, digits and the usual signs (& + : -) only. Leave out other signs."
)


class StepForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """A step's form. `form_id` is new on every page: the same form sent twice is answered once (P29).

    Its token was checked before any view was called, as that of every form of the portal.
    """

    class Meta:
        """What WTForms makes of the class."""

        csrf = False

    form_id = HiddenField("")

    @cached_property
    def token(self) -> str:
        """The token that the page's form carries, bound to this browser (rule R23)."""
        made: str = generate_csrf()
        return made

    def renew(self) -> Self:
        """The form to be shown: it gets an id of its own."""
        self.form_id.data = secrets.token_urlsafe(16)
        return self

    def refuse(self, field: Field, message: str, **values: Any) -> None:
        """Write beside a field why it cannot stay so; `message` is an English message id."""
        field.errors = [*field.errors, gettext(message, **values)]

    def may_begin(self) -> bool:
        """Whether a journey may begin for it, where another one waits to be proven: not for a slip."""
        return bool(self.validate())

    def typed(self) -> dict[str, str | bool]:
        """What the person entered, to be shown again on a later page; of a text at most LONGEST characters."""
        own = {field.name: field.data for field in self if field.name not in ("form_id", "resend")}
        texts = {name: entered[:LONGEST] for name, entered in own.items() if isinstance(entered, str)}
        return {name: entered for name, entered in own.items() if isinstance(entered, bool)} | texts


def trimmed(text: str | None) -> str | None:
    """The text in NFC, with single spaces and none around (rule R17)."""
    return " ".join(unicodedata.normalize("NFC", text).split()) if text else text


def straight(text: str | None) -> str | None:
    """The text with every apostrophe straight, as names of people are written."""
    return text.translate(APOSTROPHES) if text else text


def is_name(_form: FlaskForm, field: Field) -> None:
    """Refuse what no person's name has, e.g. the number of the card."""
    if not made_of(field.data, NAME_MARKS) or any(map(str.isdigit, field.data)):
        raise ValidationError(
            gettext("A name has letters, spaces, dots and dashes only. Leave out all other signs.")
        )


def is_organisation_name(_form: FlaskForm, field: Field) -> None:
    """Refuse what no organisation's name has."""
    if not made_of(field.data, ORGANISATION_MARKS):
        raise ValidationError(gettext(NO_ORGANISATION))


def made_of(name: str, marks: frozenset[str]) -> bool:
    """Whether a name has letters or digits, and these marks at most: no controls, no direction marks."""
    others = [char for char in name if not char.isalnum()]
    strange = [char for char in others if char not in marks and unicodedata.category(char) != "Mn"]
    return not strange and len(others) < len(name)


def radio_field(label: Any, required: Any, choices: Iterable[tuple[str, Any]]) -> RadioField:
    """One choice of several, each a value and a label; `required` is told where none of them came."""
    offered = [SelectChoice(value=value, label=label) for value, label in choices]
    told: dict[str, Any] = {"invalid_choice_message": required}
    return RadioField(label, [InputRequired(required)], choices=offered, **told)


def phone_field(required: Any = None) -> StringField:
    """A phone number, in any usual spelling; `required` is told where it is empty, else a mobile is asked for."""
    return StringField(
        _l("Phone number"),
        [InputRequired(required or _l("Enter your mobile phone number."))],
        render_kw={"type": "tel", "inputmode": "tel", "autocomplete": "tel"},
    )


def check_number(field: Field, normal: Callable[[str], str]) -> None:
    """Refuse a number that has no normal form."""
    try:
        normal(field.data)
    except Refused as refused:
        raise ValidationError(gettext(refused.message, **refused.values)) from None


def name_field(label: Any, required: Any) -> StringField:
    """A person's name."""
    checks = [DataRequired(required), NAME_LENGTH, is_name]
    return StringField(label, checks, filters=[trimmed, straight], render_kw={"autocomplete": "name"})


def organisation_field(label: Any, required: Any) -> StringField:
    """An organisation's name."""
    checks = [DataRequired(required), NAME_LENGTH, is_organisation_name]
    return StringField(label, checks, filters=[trimmed], render_kw={"autocomplete": "organization"})
