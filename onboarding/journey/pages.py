"""The one view of all steps: show the page, take the answer, lead on."""

from typing import Any

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from onboarding.journey import beside, kept, service, staying
from onboarding.journey.beginning import begin
from onboarding.journey.forms import StepForm
from onboarding.journey.gate import Overtaken, recognise, turned_away
from onboarding.journey.proving import WHY_NO_CODE, at
from onboarding.journey.table import TABLE
from onboarding.journey.visit import FIRST, Visit
from onboarding.web.requests import note_refusal

PROVE_AGAIN = "resume"
STALE = _l("This page was open for a long time. Check what you entered and press Continue once more.")
STILL_ASKED = _l(
    "What you sent is still being checked. Wait a minute and load this page again, or send it once more."
)
SENT_BEFORE = _l("This page was already sent with other content. Check what you entered and press Continue.")

pages = Blueprint("journey", __name__, url_prefix="/onboarding")


@pages.get("")
def start() -> Response:
    """The wizard's door."""
    query = request.query_string.decode("ascii", "ignore")
    return redirect(f"{url_for('journey.step', name=FIRST)}{'?' if query else ''}{query}", 303)


@pages.route("/<name>", methods=["GET", "POST"])
def step(name: str) -> ResponseReturnValue:
    """One step. Whoever is not led here is sent to where they stand, never to an error."""
    visit = visit_of(name)
    return turned_away(visit) or (take(visit) if request.method == "POST" else open_page(visit))


@pages.errorhandler(CSRFError)
def stale(_error: CSRFError) -> ResponseReturnValue:
    """A page of before a sign-in, or of another browser: its form once more, what was typed still in it."""
    note_refusal("csrf")
    visit = visit_of((request.view_args or {}).get("name", FIRST))
    if visit.step.form is None or visit.must_prove or not visit.may_open() or turned_away(visit):
        abort(403)
    return once_more(visit, visit.step.form(), STALE), 403


def visit_of(name: str) -> Visit:
    """The visit to the step of that name.

    A form that only some may send has them looked for before its journey is locked: their issuer may be asked.
    """
    if name not in TABLE:
        abort(404)
    if TABLE[name].only_for and request.method == "POST":
        recognise()
    return Visit(TABLE, TABLE[name])


def open_page(visit: Visit) -> ResponseReturnValue:
    """The page of a step, with what was typed there before."""
    if visit.must_prove and not visit.step.entrance:
        return prove_again(visit)
    if not visit.may_open():
        return to(visit.end)
    if visit.step.exit:
        return to(visit.step.name)
    known = known_before(visit)
    if known or request.args or visit.step.personal:
        return render(visit, visit.step.form(formdata=None, data=known) if visit.step.form else None)
    return kept.page(visit, around(visit), shown(visit))


def known_before(visit: Visit) -> dict[str, Any]:
    """What a page is filled in with: what was typed there before, and at an entrance what its address says.

    An entrance stands open after the journey has ended or was forsaken, to whoever sits here then.
    """
    if not visit.step.entrance:
        return visit.typed()
    known = {} if visit.idle or visit.finished else {**beside.number(visit), **visit.typed()}
    return {**known, **request.args.to_dict()}


def take(visit: Visit) -> ResponseReturnValue:
    """The answer to a step: led on by a redirect, or the same page with what has to be mended."""
    if visit.step.form is None:
        return to(visit.end)
    form = visit.step.form()
    if visit.must_prove and not visit.step.entrance:
        return keep_for_later(visit, form, prove_again(visit))
    if visit.step.entrance and not visit.earlier():
        if visit.must_prove and not form.may_begin():
            return render(visit, form)  # nothing begins: what waits to be proven stays in this browser
        if full := begin(visit):
            return once_more(visit, form, gettext(WHY_NO_CODE[full.reason], time=at(full.until))), 429
    if earlier := visit.earlier():
        return repeated(visit, form, earlier)
    return answer(visit, form) if visit.may_open() else keep_for_later(visit, form, to(visit.end))


def keep_for_later(visit: Visit, form: StepForm, answer: Response) -> Response:
    """Keep what was typed on a page that is not open at the moment; the journey stays as idle as it was."""
    visit.keep_typed(form.typed())
    visit.save(touch=False)
    return answer


def answer(visit: Visit, form: StepForm) -> ResponseReturnValue:
    """Judge a form that came for the first time, unless the journey went on elsewhere while somebody was asked."""
    try:
        return judged(visit, form)
    except Overtaken:
        visit.note_form({"to": visit.end})
        return keep_for_later(visit, form, turned_away(visit) or to(visit.end))


def judged(visit: Visit, form: StepForm) -> ResponseReturnValue:
    """On to where the answer leads, or the page with what has to be mended."""
    visit.keep_typed(form.typed())
    target = visit.step.submit(visit, form) if form.validate() else None
    if target is None:
        visit.note_form({"errors": {name: list(map(str, told)) for name, told in form.errors.items()}})
        visit.save()
        return render(visit, form)
    if target in visit.step.leads_to:
        beside.lead(visit, target)
    visit.note_form({"to": target})
    visit.save()
    return to(target)


def repeated(visit: Visit, form: StepForm, earlier: dict[str, Any]) -> ResponseReturnValue:
    """A form that came before: the same answer again, nothing done twice (P29)."""
    if earlier["sent"] != visit.sent():
        return once_more(visit, form, SENT_BEFORE), 422
    if "to" in earlier:
        return to(earlier["to"])
    if "asking" in earlier:
        return once_more(visit, form, STILL_ASKED), 409
    form.validate()
    for name, told in earlier["errors"].items():
        field = form[name] if name in form else form.form_id  # noqa: SIM401 - a form has no get
        field.errors = told
    return render(visit, form)


def once_more(visit: Visit, form: StepForm, message: Any) -> str:
    """The page with what was typed and a reason to send it again."""
    form.renew()
    form.form_errors.append(str(message))
    return render(visit, form)


def render(visit: Visit, form: StepForm | None) -> str:
    """The page of a step; a template of the step's name where there is one."""
    form_with_new_id = form.renew() if form is not None else None
    return kept.filled_in(visit.step, form_with_new_id, around(visit), visit.support_code, shown(visit))


def shown(visit: Visit) -> dict[str, Any]:
    """What the step has found out, and until when its page stays open."""
    return {**visit.step.show(visit), **staying.of_page(visit)}


def around(visit: Visit) -> dict[str, Any]:
    """What stands around the step on its page: the ways back and elsewhere, and how far it is."""
    back = visit.back()
    return {
        "back": url_for("journey.step", name=back) if back else None,
        "progress": progress(visit),
        "service": service.name(visit),
        "another_device": url_for("journey.step", name="another-device") if visit.known else None,
        "signed_in": current_app.extensions["signed_in"](),
    }


def progress(visit: Visit) -> tuple[int, int] | None:
    """Which page of how many this is, counted along the way that most people walk; None where nobody can know."""
    ahead = [TABLE[name] for name in TABLE.main_way(visit.step.name)]
    way = [visit.step, *ahead]
    if visit.step.entrance or any(step.fork for step in way) or not way[-1].outcome:
        return None
    names = [answered["step"] for answered in visit.trail]
    behind = names.index(visit.step.name) if visit.step.name in names else len(names)
    return behind, behind + len(ahead)


def prove_again(visit: Visit) -> Response:
    """On to the page that opens a journey which was left alone; it has the support code filled in."""
    return redirect(url_for("journey.step", name=PROVE_AGAIN, support_code=visit.support_code), 303)


def to(name: str) -> Response:
    """On to a step by a GET, or at once to where that leads out of the wizard."""
    outside = service.way_back() or TABLE[name].exit if TABLE[name].exit else None
    return redirect(url_for(outside) if outside else url_for("journey.step", name=name), 303)
