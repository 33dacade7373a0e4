"""A person's page: opened with a reason, masked, a value in full by a second, recorded click; and the acts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from onboarding.accounts import approvals, audit, number_changes
from onboarding.accounts.journeys import Journey
from onboarding.accounts.people import Account
from onboarding.console import outcome, shown
from onboarding.console.acts import ACTS, Act
from onboarding.console.forms import NO_REASON
from onboarding.console.guard import allow, console, me
from onboarding.console.opening import Opening, Subject, is_open, must_be_open, note, subject_of
from onboarding.console.within import within
from onboarding.work import current_session

ASKED = _l("This was asked for already and waits for a second person.")
PERSON = "/<any(accounts, journeys):kind>/<uuid:subject_id>"


@dataclass(frozen=True)
class Failed:
    """An act, by its name, that was not done; `field` is where that can be mended, if it can."""

    act: str
    problem: object
    field: str = ""


@console.get(PERSON)
@allow("helper", "supervisor")
def person(kind: str, subject_id: UUID) -> str:
    """The page, or first the question for the reason."""
    whose, subject = subject_of(kind, subject_id), Subject(kind, subject_id)
    if is_open(subject):
        return page(subject, whose)
    return render_template("console/reason.html", subject=subject, form=Opening())


@console.post(f"{PERSON}/open")
@allow("helper", "supervisor")
def open_person(kind: str, subject_id: UUID) -> ResponseReturnValue:
    """Keep the reason, then show the page."""
    subject_of(kind, subject_id)
    subject, form = Subject(kind, subject_id), Opening()
    if not form.validate_on_submit():
        return render_template("console/reason.html", subject=subject, form=form)
    why = form.why.data
    note("person-opened", form.reason.data or why, subject, why=why)
    return redirect(url_for("console.person", kind=kind, subject_id=subject_id), 303)


@console.post(f"{PERSON}/reveal")
@allow("helper", "supervisor")
def reveal(kind: str, subject_id: UUID) -> str:
    """One value in full, on this one answer; that it was asked for stays."""
    subject, value = Subject(kind, subject_id), request.form.get("value", "")
    whose = subject_of(kind, subject_id)
    must_be_open(subject)
    if isinstance(whose, Account):
        db, now, _settings = within()
        known = shown.values(whose, number_changes.waiting(db, now, whose.id))
    else:
        known = {"phone-number": current_app.extensions["journey"].number(current_session(), whose)}
    if not known.get(value):
        abort(404)
    answer = page(subject, whose, {value: str(known[value])})
    note("value-revealed", value, subject, value=value)
    return answer


def do(act: Act, kind: str, subject_id: UUID) -> ResponseReturnValue:
    """Do an act for a person whose page is open, and keep why."""
    subject = Subject(kind, subject_id)
    if kind not in act.subjects:
        abort(404)
    whose = subject_of(kind, subject_id, lock=True)
    must_be_open(subject)
    if isinstance(whose, Account) and whose.wrapped_key is None:
        abort(404)  # a tombstone: there is nobody to do anything for
    try:
        reason = audit.reason_in(request.form.get("reason", ""))
    except audit.NoReason:
        return page(subject, whose, failed=Failed(act.name, NO_REASON, "reason"))
    if act.second and asked_already(act, subject_id):
        return page(subject, whose, failed=Failed(act.name, ASKED))
    came_to = act.does(whose)
    if isinstance(came_to, str):
        return page(subject, whose, failed=Failed(act.name, came_to, "number" if "number" in request.form else ""))
    if act.second:
        db, now, _settings = within()
        facts: dict[str, Any] = {**subject.ids, **(came_to or {})}
        approvals.request(db, now, me().staff, act.kind, reason, **facts)
    else:
        note(act.kind, reason, subject)
    return redirect(url_for("console.person", kind=kind, subject_id=subject_id, done=act.name), 303)


def asked_already(act: Act, subject_id: UUID) -> bool:
    """Whether a request for this act waits for a second person; whoever asks holds the row that it is about."""
    db, now, _settings = within()
    return any(one.act == act.kind for one in approvals.open_ones(db, now, subject_id))


def view_of(act: Act) -> Callable[..., ResponseReturnValue]:
    """The view that does an act, open to its roles."""

    @allow(*act.roles)
    def view(kind: str, subject_id: UUID) -> ResponseReturnValue:
        return do(act, kind, subject_id)

    return view


for one in ACTS:
    console.add_url_rule(f"{PERSON}/{one.name}", one.name.replace("-", "_"), view_of(one), methods=["POST"])


def page(
    subject: Subject,
    whose: Account | Journey,
    revealed: dict[str, str] | None = None,
    failed: Failed | None = None,
) -> str:
    """The page of an account or a journey, with values in full that were asked for, or why an act was not done."""
    known = shown.account(*within(), whose) if isinstance(whose, Account) else shown.journey(*within(), whose)
    mine = [act for act in ACTS if subject.kind in act.subjects and me().staff.role in act.roles]
    return render_template(
        f"console/{subject.kind.removesuffix('s')}.html",
        subject=subject,
        revealed=revealed or {},
        failed=failed,
        done=told(subject, mine),
        acts=[act for act in mine if act.offered(known)],
        **known,
    )


def told(subject: Subject, mine: list[Act]) -> object:
    """What is said of the act that led here."""
    last = outcome.just_done()
    if last is None or subject.id not in (last.account_id, last.journey_id):
        return None
    kind = last.facts["act"] if last.kind == "approval-requested" else last.kind
    return next((act.told for act in mine if act.kind == kind and act.name == request.args["done"]), None)
