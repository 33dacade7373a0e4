"""Not registered yet: number, code, who you are, consent, check answers, account."""

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, StringField
from wtforms.validators import InputRequired, Length

from onboarding.accounts import events, identity_numbers, numbers, people
from onboarding.accounts.identity_numbers import WrongId
from onboarding.accounts.people import Applicant
from onboarding.journey import notices, proving, signing_in
from onboarding.journey.forms import StepForm, name_field, radio_field
from onboarding.journey.steps import Answer, Step
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
    if born is None or not born.year >= 1900 or born > visit.now.date():
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
    if certificate is None or (certificate["kind"], certificate["id"]) == (kind, number):
        return True
    form.refuse(field, N_("This number is not the one in your certificate. Enter the one in the certificate."))
    return False


class OrganisationForm(StepForm):
    """An organisation and who speaks for it."""

    name = name_field(_l("Name of the organisation"), _l("Enter the name as it is registered."), "organization")
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


class ConsentForm(StepForm):
    """Agreement to the use of personal data."""

    consent = BooleanField(_l("I have read this and I agree"), [InputRequired(_l("Tick the box if you agree."))])


def take_consent(visit: Visit, _form: ConsentForm) -> str:
    """Keep which version of the text was agreed to."""
    visit.remember(consent=visit.settings.consent_version)
    return visit.only_way_on()


def show_consent(visit: Visit) -> dict[str, Any]:
    """The version of the text."""
    return {"version": visit.settings.consent_version}


def show_answers(visit: Visit) -> dict[str, Any]:
    """All that was answered, each with the page where it can be changed."""
    facts = visit.facts
    step = facts["kind"]
    rows = [(_("Phone number"), numbers.grouped(facts["proven_number"]), "register")]
    if step == "citizen":
        born = date.fromisoformat(facts["born"])
        rows += [
            (_("Full name"), facts["name"], step),
            (_("Date of birth"), format_date(born, "dd/MM/yyyy"), step),
        ]
        rows += [(_("Identity number"), facts["national_id"], step)]
    else:
        rows += [
            (_("Name of the organisation"), facts["name"], step),
            (_("Tax code"), facts["tax_code"], step),
        ]
        rows += [(_("Representative"), facts["representative"], step)]
        rows += [(_("Identity number"), facts["national_id"], step)]
    answers = [(label, value, url_for("journey.step", name=where)) for label, value, where in rows]
    return {"answers": answers, "odd_province": facts["odd_province"]}


def make_account(visit: Visit, _form: StepForm) -> str:
    """Make the account, sign its owner in, and tell whoever has to know."""
    assert visit.journey is not None
    facts = visit.facts
    number = facts["proven_number"]
    made = people.register(visit.db, visit.now, applicant(facts), number, visit.journey.language, facts["consent"])
    if made.existed:
        return "have-account"
    events.record(
        visit.db, visit.now, "account-registered", account=made.account.id, way=str(visit.journey.answer)
    )
    notices.welcome(visit, number)
    if made.rival is not None:
        notices.same_identity(visit, made.rival)
    if "certificate" in facts:
        signing_in.link(visit, made.account, facts["certificate"])
    signing_in.sign_in(visit, made.account, "registration")
    return visit.only_way_on()


def applicant(facts: dict[str, Any]) -> Applicant:
    """Who asks for the account."""
    return Applicant(
        kind=facts["kind"],
        name=facts["name"],
        national_id=facts["national_id"],
        birth_date=date.fromisoformat(facts["born"]) if "born" in facts else None,
        tax_code=facts.get("tax_code"),
        representative=facts.get("representative"),
        by_certificate="certificate" in facts,
    )


def after_code(visit: Visit, number: str) -> str:
    """Whose number has an account learns so now, having proven that it is theirs; everybody else goes on."""
    if people.find_by_number(visit.db, number):
        return "have-account"
    return visit.facts["certificate"]["kind"] if "certificate" in visit.facts else visit.only_way_on()


ANSWER = Answer(
    value="register",
    label=_l("Not registered yet"),
    hint=_l("You make an account with your phone. It takes about 5 minutes."),
    steps=(
        proving.number_step("register", _l("Your phone number"), "register-code", proving.REGISTER),
        proving.code_step(
            "register-code", ("who", "have-account", "citizen", "organisation"), proving.REGISTER, after_code
        ),
        Step("have-account", _l("This number already has an account"), ("phone",), StepForm),
        Step("who", _l("Who the account is for"), ("citizen", "organisation"), WhoForm, take_kind),
        Step("citizen", _l("About you"), ("consent",), CitizenForm, take_citizen),
        Step("organisation", _l("About the organisation"), ("consent",), OrganisationForm, take_organisation),
        Step("consent", _l("Your personal data"), ("check-answers",), ConsentForm, take_consent, show_consent),
        Step(
            "check-answers",
            _l("Check your answers"),
            ("registered", "have-account"),
            StepForm,
            make_account,
            show_answers,
        ),
        Step("registered", _l("Your account is ready"), outcome="registered"),
    ),
)
