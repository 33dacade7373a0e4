"""What the console's forms share: whoever does something says why (rule R49)."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types

from onboarding.accounts import audit

NO_REASON = _l("Say why in a few words, without a phone or identity number.")


def offered(choices: dict[str, Any]) -> list[SelectChoice]:
    """Choices, each a value and a label."""
    return [SelectChoice(value=value, label=label) for value, label in choices.items()]


def is_reason(_form: FlaskForm, field: Field) -> None:
    """Take a reason that the trail takes, in the form in which it is kept."""
    try:
        field.data = audit.reason_in(field.data or "")
    except audit.NoReason:
        raise ValidationError(NO_REASON) from None


class ReasonForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """A form with a reason. Its token was checked before any view was called."""

    class Meta:
        """What WTForms makes of the class."""

        csrf = False

    reason = StringField(
        _l("Reason"),
        [is_reason],
        description=_l("It stays in the audit trail. No names and no numbers of people."),
        render_kw={"autocomplete": "off"},
    )

    def __iter__(self) -> Iterator[Field]:
        """The fields as they stand on the pages: a name leads, the reason comes last."""
        return iter(
            sorted(super().__iter__(), key=lambda field: (field.name == "reason") - (field.name == "name"))
        )

    def refuse(self, field: Field, message: str, **values: Any) -> None:
        """Write beside a field why it cannot stay so; `message` is an English message id."""
        field.errors = [*field.errors, gettext(message, **values)]


def stripped(text: str | None) -> str:
    """A text without blanks around it, its lines ended as ours are."""
    return (text or "").replace("\r\n", "\n").strip()
