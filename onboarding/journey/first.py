"""The portal's question, and the answers to it. A new answer is a file of its own and one line in ANSWERS."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from onboarding.accounts import answers, sites
from onboarding.journey import guided_help, phone, register, usb
from onboarding.journey.forms import StepForm, radio_field
from onboarding.journey.steps import Answer, Step
from onboarding.journey.visit import FIRST, Visit

ANSWERS: tuple[Answer, ...] = (
    guided_help.ANSWER,
    register.ANSWER,
    phone.ANSWER,
    usb.ANSWER,
)
BY_VALUE = {answer.value: answer for answer in ANSWERS}


class AccountForm(StepForm):
    """Which of the answers it is."""

    answer = radio_field(
        _l("Do you have an account for sending applications online at the Public Service Portal of Hậu Giang?"),
        _l("Choose one of the answers."),
        [(answer.value, answer.label) for answer in ANSWERS],
    )
    # Where the question was answered first, if that was on a department's site.
    site = HiddenField("", filters=[sites.name_in])


def take_answer(visit: Visit, form: AccountForm) -> str:
    """Keep the answer and lead to the first step of its way."""
    journey = visit.journey
    assert journey is not None
    if journey.answer is None:
        journey.site = sites.known(visit.db, form.site.data)
    answers.change(visit.db, journey.site, journey.id, journey.answer, form.answer.data)
    journey.answer = form.answer.data
    return BY_VALUE[form.answer.data].steps[0].name


def show(_visit: Visit) -> dict[str, Any]:
    """Whether somebody comes from the account's page, which has asked to sign in, and with an answer chosen."""
    return {"to_account": request.args.get("aim") == "account", "chosen": request.args.get("answer") in BY_VALUE}


STEP = Step(
    name=FIRST,
    title=_l("Your account"),
    leads_to=tuple(answer.steps[0].name for answer in ANSWERS),
    form=AccountForm,
    submit=take_answer,
    show=show,
    words={"hints": {"answer": {answer.value: answer.hint for answer in ANSWERS if answer.hint}}},
    entrance=True,
)
