"""Who the account is for: a citizen or an organisation, with the ids that make them one."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField
from wtforms.validators import InputRequired, Length

from onboarding.accounts import identity_numbers
from onboarding.accounts.identity_numbers import WrongId
from onboarding.clock import day_in_vietnam
from onboarding.journey.forms import StepForm, name_field, organisation_field, radio_field
from onboarding.journey.steps import Step
from onboarding.journey.visit import Visit
from onboarding.resources import N_


class WhoForm(StepForm):
    """A citizen or an organisation."""

    kind = radio_field(
        _l("Who is the account for?"),
        _l("Choose who the account is for."),
        [("citizen", _l("For myself")), ("organisation", _l("For an organisation or a business"))],
    )


def take_kind(_visit: Visit, form: WhoForm) -> str:
    """On to the questions for that kind."""
    return str(form.kind.data)


def number_field(label: Any, required: Any) -> StringField:
    """A field for an id of digits."""
    size = Length(max=40, message=_l("This number is too long."))
    return StringField(
        label, [InputRequired(required), size], render_kw={"inputmode": "numeric", "autocomplete": "off"}
    )


def day_field(label: Any, token: str) -> StringField:
    """One part of a date."""
    checks = [
        InputRequired(_l("Enter day, month and year of birth.")),
        Length(max=4, message=_l("Use digits only.")),
    ]
    return StringField(label, checks, render_kw={"inputmode": "numeric", "autocomplete": token})


class CitizenForm(StepForm):
    """Who a citizen is."""

    name = name_field(_l("Full name"), _l("Enter your full name as it is on your identity card."))
    birth_day = day_field(_l("Day"), "bday-day")
    birth_month = day_field(_l("Month"), "bday-month")
    birth_year = day_field(_l("Year"), "bday-year")
    national_id = number_field(_l("Identity number"), _l("Enter the 12-digit number of your identity card."))

    def born(self) -> date | None:
        """The birth date, where the three parts make one."""
        try:
            return date(*(int(part.data or "") for part in (self.birth_year, self.birth_month, self.birth_day)))
        except (ValueError, OverflowError):
            return None


def take_citizen(visit: Visit, form: CitizenForm) -> str | None:
    """Check date and id against each other and keep them."""
    born = form.born()
    if born is None or not born.year >= 1900 or born > day_in_vietnam(visit.now):
        form.refuse(form.birth_day, N_("This date does not exist. Enter it like 27 3 1965."))
        return None
    national_id = checked(form, form.national_id, identity_numbers.national_id)
    if national_id is None:
        return None
    try:
        identity_numbers.check_birth_date(national_id, born)
    except WrongId as wrong:
        form.refuse(form.national_id, wrong.message)
        return None
    if not fits_certificate(visit, form, form.national_id, "citizen", national_id):
        return None
    odd = not identity_numbers.known_province(national_id)
    visit.remember(
        kind="citizen", name=form.name.data, born=born.isoformat(), national_id=national_id, odd_province=odd
    )
    return visit.only_way_on()


def checked(form: StepForm, field: Field, check: Any) -> str | None:
    """The field's number in its normal form, or None with the reason beside the field."""
    try:
        return str(check(field.data))
    except WrongId as wrong:
        form.refuse(field, wrong.message)
        return None


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
    tax_code = number_field(_l("Tax code"), _l("Enter the tax code."))
    representative = name_field(_l("Full name of the representative"), _l("Enter the representative's full name."))
    national_id = number_field(
        _l("Identity number of the representative"), _l("Enter the 12-digit identity number.")
    )


def take_organisation(visit: Visit, form: OrganisationForm) -> str | None:
    """Check both ids and keep them."""
    tax_code = checked(form, form.tax_code, identity_numbers.tax_code)
    national_id = checked(form, form.national_id, identity_numbers.national_id)
    if tax_code is None or national_id is None:
        return None
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
