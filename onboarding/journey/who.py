"""Who the account is for: a citizen or an organisation, with the ids that make them one."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField, ValidationError
from wtforms.validators import InputRequired, StopValidation

from onboarding.accounts import identity_numbers
from onboarding.accounts.identity_numbers import WrongId
from onboarding.clock import day_in_vietnam
from onboarding.journey.forms import StepForm, name_field, organisation_field, radio_field
from onboarding.journey.steps import Step
from onboarding.journey.visit import Visit
from onboarding.resources import N_
from onboarding.web import requests

FIRST_BIRTH = date(1900, 1, 1)


class WhoForm(StepForm):
    """A citizen or an organisation."""

    kind = radio_field(
        _l("Who is the account for?"),
        _l("Choose who the account is for."),
        [
            ("citizen", _l("For myself")),
            ("organisation", _l("For an organisation, a business or a household business")),
        ],
    )


def take_kind(_visit: Visit, form: WhoForm) -> str:
    """On to the questions for that kind."""
    return str(form.kind.data)


def number_field(label: Any, required: Any, normal: Callable[[str], str]) -> StringField:
    """A field for an id of digits; `normal` gives its normal form or raises WrongId."""

    def check(_form: StepForm, field: Field) -> None:
        try:
            normal(field.data)
        except WrongId as wrong:
            raise ValidationError(gettext(wrong.message)) from None

    kept = {"inputmode": "numeric", "autocomplete": "off"}
    return StringField(label, [InputRequired(required), check], render_kw=kept)


def day_field(label: Any, token: str) -> StringField:
    """One part of a date."""
    checks = [InputRequired(_l("Enter day, month and year of birth.")), in_digits]
    kept = {"inputmode": "numeric", "autocomplete": token}
    return StringField(label, checks, filters=[part_of_date], render_kw=kept)


def part_of_date(text: str | None) -> str | None:
    """A part of a date without the dot or blank that people put after it."""
    return identity_numbers.digits(text) if text else text


def in_digits(_form: StepForm, field: Field) -> None:
    """Refuse a part of a date that has no digits, or too many."""
    if not (field.data.isascii() and field.data.isdigit() and len(field.data) <= 4):
        raise StopValidation(gettext("Enter the date of birth in digits, like 27 3 1965."))


class CitizenForm(StepForm):
    """Who a citizen is."""

    name = name_field(_l("Full name"), _l("Enter your full name as it is on your identity card."))
    birth_day = day_field(_l("Day"), "bday-day")
    birth_month = day_field(_l("Month"), "bday-month")
    birth_year = day_field(_l("Year"), "bday-year")
    national_id = number_field(
        _l("Identity number"),
        _l("Enter the 12-digit number of your identity card."),
        identity_numbers.national_id,
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, then the date as a whole, then the id against it: all faults are told at once."""
        super().validate(extra_validators)
        if not any(part.errors for part in (self.birth_day, self.birth_month, self.birth_year)):
            self.check_date()
        return not self.errors

    def check_date(self) -> None:
        """Refuse a date that there is not, that nobody alive was born on, or that the id contradicts."""
        try:
            born = self.born()
        except ValueError:
            self.refuse(self.birth_day, N_("This date does not exist. Enter it like 27 3 1965."))
            return
        if not FIRST_BIRTH <= born <= day_in_vietnam(requests.now()):
            self.refuse(self.birth_year, N_("Check the date of birth: it lies between 1900 and today."))
        elif not self.national_id.errors:
            try:
                identity_numbers.check_birth_date(identity_numbers.national_id(self.national_id.data or ""), born)
            except WrongId as wrong:
                self.refuse(self.national_id, wrong.message)

    def validate_birth_month(self, field: Field) -> None:
        """Refuse a month that there is not."""
        if not 1 <= int(field.data) <= 12:
            raise ValidationError(gettext("Check the month: it is a number from 1 to 12."))

    def validate_birth_year(self, field: Field) -> None:
        """Refuse a year without its century."""
        if len(field.data) != 4:
            raise ValidationError(gettext("Enter the year with 4 digits, for example 1965."))

    def born(self) -> date:
        """The birth date. Raises ValueError where the three parts make none."""
        return date(*(int(part.data or "") for part in (self.birth_year, self.birth_month, self.birth_day)))


def take_citizen(visit: Visit, form: CitizenForm) -> str | None:
    """Keep who the citizen is."""
    national_id = identity_numbers.national_id(form.national_id.data or "")
    if not fits_certificate(visit, form, form.national_id, "citizen", national_id):
        return None
    odd, born = not identity_numbers.known_province(national_id), form.born().isoformat()
    visit.remember(kind="citizen", name=form.name.data, born=born, national_id=national_id, odd_province=odd)
    return visit.only_way_on()


def fits_certificate(visit: Visit, form: StepForm, field: Field, kind: str, number: str) -> bool:
    """Whether the id is the one of the certificate that this journey began with, if it began with one."""
    certificate = visit.facts.get("certificate")
    id_of = {"citizen": "national_id", "organisation": "tax_code"}
    if certificate is None or certificate[id_of[kind]] == number:
        return True
    form.refuse(field, N_("This number is not the one in your certificate. Enter the one in the certificate."))
    return False


class OrganisationForm(StepForm):
    """An organisation and who speaks for it."""

    name = organisation_field(_l("Name of the organisation"), _l("Enter the name as it is registered."))
    tax_code = number_field(_l("Tax code"), _l("Enter the tax code."), identity_numbers.tax_code)
    representative = name_field(_l("Full name of the representative"), _l("Enter the representative's full name."))
    national_id = number_field(
        _l("Identity number of the representative"),
        _l("Enter the 12-digit identity number."),
        identity_numbers.national_id,
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, then the two numbers against each other."""
        super().validate(extra_validators)
        if not self.tax_code.errors and not self.national_id.errors:
            tax_code = identity_numbers.tax_code(self.tax_code.data or "")
            try:
                identity_numbers.check_owner(tax_code, identity_numbers.national_id(self.national_id.data or ""))
            except WrongId as wrong:
                self.refuse(self.tax_code, wrong.message)
        return not self.errors


def take_organisation(visit: Visit, form: OrganisationForm) -> str | None:
    """Keep who the organisation is."""
    tax_code = identity_numbers.tax_code(form.tax_code.data or "")
    national_id = identity_numbers.national_id(form.national_id.data or "")
    if not fits_certificate(visit, form, form.tax_code, "organisation", tax_code):
        return None
    visit.remember(
        kind="organisation",
        name=form.name.data,
        tax_code=tax_code,
        representative=form.representative.data,
        national_id=national_id,
        odd_province=not identity_numbers.known_province(national_id),
    )
    return visit.only_way_on()


STEPS = (
    Step("who", _l("Who the account is for"), ("citizen", "organisation"), WhoForm, take_kind),
    Step(
        "citizen",
        _l("About you"),
        ("consent",),
        CitizenForm,
        take_citizen,
        {
            "hint": _l(
                "Enter everything as it is on your identity card. You can check it before the account is made."
            )
        },
    ),
    Step(
        "organisation",
        _l("About the organisation"),
        ("consent",),
        OrganisationForm,
        take_organisation,
        {"hint": _l("Enter everything as it is registered. You can check it before the account is made.")},
    ),
)
