"""Not registered yet: number, code, who you are, consent, check answers, account."""

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import InputRequired

from onboarding.accounts import events, numbers, people
from onboarding.accounts.certificates import Linking, Presented
from onboarding.accounts.people import Applicant
from onboarding.journey import notices, proving, signature, signing_in, who
from onboarding.journey.forms import StepForm
from onboarding.journey.steps import Answer, Step
from onboarding.journey.visit import Visit


class ConsentForm(StepForm):
    """Agreement to the use of personal data."""

    consent = BooleanField(_l("I have read this and I agree"), [InputRequired(_l("Tick the box if you agree."))])


def take_consent(visit: Visit, _form: ConsentForm) -> str:
    """Keep which version of the text was agreed to."""
    visit.remember(consent=visit.settings.consent_version)
    return visit.only_way_on()


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
    facts = visit.facts
    number = facts["proven_number"]
    presented = Presented.of_facts(facts["certificate"]) if "certificate" in facts else None
    stands_by = presented is not None and signature.stands_by(visit, presented)
    assert visit.journey is not None
    made = people.register(visit.db, visit.now, applicant(facts), number, visit.journey.language, facts["consent"])
    if made.existed:
        return "have-account"
    events.record(
        visit.db, visit.now, "account-registered", account=made.account.id, way=str(visit.journey.answer)
    )
    notices.welcome(visit, number)
    linking = signing_in.link(visit, made.account, presented) if presented and stands_by else Linking("none")
    if made.rival is not None and linking.rival is None:
        notices.same_identity(visit, made.rival)
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
    )


def after_code(visit: Visit, number: str) -> str:
    """Whose number has an account learns so now, having proven that it is theirs; everybody else goes on."""
    if people.find_by_number(visit.db, number):
        return "have-account"
    certificate = visit.facts.get("certificate")
    return Presented.of_facts(certificate).kind if certificate else visit.only_way_on()


def to_sign_in(visit: Visit, _form: StepForm) -> str:
    """On to signing in, the number filled in; a code for registering opens no account (rules R04, R14)."""
    visit.prefill("phone", {"number": numbers.grouped(visit.facts["proven_number"])})
    return visit.only_way_on()


ANSWER = Answer(
    value="register",
    label=_l("Not registered yet"),
    hint=_l("You make an account with your phone. It takes about 5 minutes."),
    steps=(
        proving.number_step(
            "register",
            _l("Your phone number"),
            _l(
                "We send a code of 6 digits to this number, free of charge. "
                "Later you sign in with the same number."
            ),
            "register-code",
            proving.REGISTER,
        ),
        proving.code_step(
            "register-code", ("who", "have-account", "citizen", "organisation"), proving.REGISTER, after_code
        ),
        Step("have-account", _l("This number already has an account"), ("phone",), StepForm, to_sign_in),
        *who.STEPS,
        Step("consent", _l("Your personal data"), ("check-answers",), ConsentForm, take_consent),
        Step(
            "check-answers",
            _l("Check your answers"),
            ("registered", "have-account"),
            StepForm,
            make_account,
            show=show_answers,
            personal=True,
        ),
        Step("registered", _l("Your account is ready"), outcome="registered"),
    ),
)
