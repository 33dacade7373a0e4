"""Pages, rendered once for all that they are made of and kept; what is one person's own is put in each time.

A page that opens is the same for everybody but for a few texts: the form's token and id, the support code, a
telephone number. It is rendered with a mark in each of these places. Everything else that a page is made of
decides which kept page it is, so nobody can get a page with something of somebody else in it.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import current_app, render_template
from flask_wtf.csrf import generate_csrf
from jinja2 import Template
from markupsafe import escape

from onboarding.journey.forms import StepForm
from onboarding.journey.steps import Own, Step
from onboarding.journey.visit import Visit
from onboarding.web.language import language

MOST = 500  # pages kept by a process; each is about 8 kB

# Nobody who types can know a mark, so nothing that was typed is taken for one.
MARK = secrets.token_hex(16)
FORM_TOKEN, FORM_ID, SUPPORT_CODE = (f"{MARK}-{name}" for name in ("form-token", "form-id", "support-code"))


def page(visit: Visit, around: Mapping[str, Any], shown: Mapping[str, Any]) -> str:
    """The page of a step whose form nobody has touched; `around` and `shown` as in `filled_in`, all hashable."""
    kept: dict[Any, str] = current_app.extensions["kept_pages"]
    step = visit.step
    own = {name: value for name, value in shown.items() if isinstance(value, Own)}
    marked = {**shown, **{name: f"{MARK}-{name}" for name in own}}
    made_of = (step.name, language(), *around.values(), *marked.values())
    html = kept.get(made_of) or keep(kept, made_of, rendered(step, around, marked))
    html = html.replace(SUPPORT_CODE, visit.support_code)
    if step.form is not None:
        html = html.replace(FORM_TOKEN, generate_csrf()).replace(FORM_ID, secrets.token_urlsafe(16))
    for name, value in own.items():
        html = html.replace(marked[name], escape(value.text))
    return html


def keep(kept: dict[Any, str], made_of: tuple[Any, ...], html: str) -> str:
    """Keep a page, and all others too while there are not too many of them."""
    if len(kept) >= MOST:
        kept.clear()
    kept[made_of] = html
    return html


def rendered(step: Step, around: Mapping[str, Any], marked: Mapping[str, Any]) -> str:
    """The page with the marks in it."""
    form = step.form(formdata=None) if step.form else None
    if form is not None:
        form.form_id.data, form.token = FORM_ID, FORM_TOKEN
    return filled_in(step, form, around, SUPPORT_CODE, marked)


def filled_in(
    step: Step, form: StepForm | None, around: Mapping[str, Any], support_code: str, shown: Mapping[str, Any]
) -> str:
    """A step's page, by the template of the step's name where there is one.

    `around` has the addresses `back` and `another_device`, the pair `progress` and the name of the `service` that
    waits, or None for each, and whether somebody is `signed_in`; `shown` is what the step's `show` has found out.
    """
    names: list[str | Template] = [f"journey/{step.template or step.name}.html", "journey/question.html"]
    texts = {name: value.text if isinstance(value, Own) else value for name, value in shown.items()}
    return render_template(names, step=step, form=form, support_code=support_code, **around, **step.words, **texts)
