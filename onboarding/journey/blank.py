"""Pages that look alike for everybody: rendered once, then filled in with what is one person's own.

Most pages that open for the first time differ only in the form's token, the form's id and the support code. Such
a page is rendered with a mark in each of these places and kept; for each visit the marks are replaced.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import current_app, render_template, request
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf
from jinja2 import Template

from onboarding.journey.forms import StepForm
from onboarding.journey.steps import Step, nothing_more
from onboarding.journey.visit import Visit

# Nobody who types can know a mark, so nothing that was typed is taken for one.
FORM_TOKEN, FORM_ID, SUPPORT_CODE = (f"mark-{secrets.token_hex(16)}" for _ in range(3))


def possible(visit: Visit, known: Mapping[str, Any]) -> bool:
    """Whether a visit's page is like everybody's: nothing is filled in, found out or asked for in the address."""
    return visit.step.show is nothing_more and not known and not request.args


def page(visit: Visit, around: Mapping[str, Any]) -> str:
    """The page of a step on which nothing is filled in; `around` as in `filled_in`."""
    kept: dict[Any, str] = current_app.extensions["blank_pages"]
    place = (visit.step.name, str(get_locale()), *around.values())
    if place not in kept:
        kept[place] = rendered(visit.step, around)
    own = {FORM_ID: secrets.token_urlsafe(16), SUPPORT_CODE: visit.support_code}
    if visit.step.form is not None:
        own[FORM_TOKEN] = generate_csrf()
    html = kept[place]
    for mark, text in own.items():
        html = html.replace(mark, text)
    return html


def rendered(step: Step, around: Mapping[str, Any]) -> str:
    """The page with the marks in it."""
    form = step.form(formdata=None) if step.form else None
    if form is not None:
        form.form_id.data, form.csrf_token.current_token = FORM_ID, FORM_TOKEN
    return filled_in(step, form, around, SUPPORT_CODE, {})


def filled_in(
    step: Step, form: StepForm | None, around: Mapping[str, Any], support_code: str, shown: Mapping[str, Any]
) -> str:
    """A step's page, by the template of the step's name where there is one.

    `around` has the addresses `back` and `another_device` and the pair `progress`, or None for each.
    """
    names: list[str | Template] = [f"journey/{step.template or step.name}.html", "journey/question.html"]
    return render_template(names, step=step, form=form, support_code=support_code, **around, **step.words, **shown)
