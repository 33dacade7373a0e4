"""Proving a phone number: the step that asks for it and the step that takes the code, for whatever purpose."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask_babel import LazyString, format_date, format_datetime
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField

from onboarding.accounts import browsers, codes, events, limits, numbers
from onboarding.db import new_id
from onboarding.journey import notices
from onboarding.journey.forms import StepForm, phone_field
from onboarding.journey.notices import CONFIRM, LINK, REGISTER, RESUME, SIGN_IN
from onboarding.journey.steps import OnlyFor, Own, Step
from onboarding.journey.visit import Visit
from onboarding.resources import N_
from onboarding.sms import outbox
from onboarding.web import requests
from onboarding.web.cookie import read_cookie
from onboarding.web.requests import client_address, note_refusal

__all__ = ["CONFIRM", "LINK", "REGISTER", "RESUME", "SIGN_IN", "code_step", "number_step"]

COUNTED = 180  # seconds up to which a wait is counted down; a longer one is told by the clock

AfterCode = Callable[[Visit, str], str]

WHY_NO_CODE = {
    "wait": N_("We sent a code just now. Wait until %(time)s, then ask for a new one."),
    "number-hour": N_("This number has had many codes in the last hour. Ask again at %(time)s."),
    "number-day": N_("This number has had all its codes for today. Ask again at %(time)s, or let us call you."),
    "locked": N_("Too many wrong codes. This number can be used again at %(time)s. Or let us call you."),
    "closed": N_("This number is closed after many wrong codes. Ask to be called, and our officer will open it."),
    "address": N_("Many people use this internet connection now. Try again at %(time)s."),
    "budget": N_("We cannot send text messages at the moment. Use your USB token, or ask to be called."),
}
WHY_NOT = {
    "malformed": N_("Enter the 6 digits of the code in the text message."),
    "wrong": N_("This code is not right. Check the text message. You can try %(left)s more times."),
    "used-up": N_("Too many wrong entries for this code. Ask for a new code."),
    "expired": N_("This code is no longer valid. Ask for a new code."),
    "none": N_("This code is no longer valid. Ask for a new code."),
    "locked": WHY_NO_CODE["locked"],
    "closed": WHY_NO_CODE["closed"],
    "address": WHY_NO_CODE["address"],
}
TYPED = frozenset({REGISTER, SIGN_IN, RESUME})  # for these the person types the number
OVER = frozenset({"used-up", "expired", "none", "locked", "closed"})  # no code that was sent counts any more


class NumberForm(StepForm):
    """The number that shall be proven."""

    number = phone_field()


class CodeForm(StepForm):
    """The code from the text message, or the wish for another one."""

    code = StringField(
        _l("Code from the text message"),
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )
    resend = BooleanField(false_values=(False, "", "0"))

    def typed(self) -> dict[str, str | bool]:
        """Nothing: a code is never shown again, and never kept."""
        return {}


def number_step(
    name: str, title: LazyString, hint: LazyString, code_step_name: str, purpose: str, template: str = "number"
) -> Step:
    """A step that asks for a number and sends a code to it."""
    leads_to = (code_step_name,)
    return Step(name, title, leads_to, NumberForm, partial(ask, purpose), {"hint": hint}, template=template)


def code_step(
    name: str, leads_to: tuple[str, ...], purpose: str, after: AfterCode, only_for: OnlyFor = None
) -> Step:
    """A step that takes the code; `after` says where the owner of the number goes."""
    title = _l("Enter the code")
    return Step(
        name,
        title,
        leads_to,
        CodeForm,
        partial(take_code, purpose, after),
        show=show_code,
        template="code",
        once=True,
        only_for=only_for,
    )


def ask(purpose: str, visit: Visit, form: NumberForm) -> str | None:
    """Send a code to the number; the same number asked for again keeps its waits and its code."""
    try:
        number = numbers.normalise(str(form.number.data))
    except numbers.Refused as refused:
        refuse_number(visit, form, refused)
        return None
    if none := begin(visit, purpose, number):
        form.refuse(form.number, WHY_NO_CODE[none.reason], time=at(none.until))
        return None
    return visit.only_way_on()


def refuse_number(visit: Visit, form: NumberForm, refused: numbers.Refused) -> None:
    """Say what is wrong with a number; an address enters only so many of them, too (P09)."""
    full = limits.spend(visit.db, visit.now, [limits.posts(visit.db, visit.settings, client_address())])
    record(visit, full.reason if full else "number", "request-refused", reason="number")
    if full:
        form.refuse(form.number, WHY_NO_CODE[full.reason], time=at(full.until))
    else:
        form.refuse(form.number, refused.message, **refused.values)


def record(visit: Visit, why: str, kind: str, **facts: Any) -> None:
    """Leave an event of a refusal. Those by the address's own limit are told as the door's: they know no end."""
    if why == "address":
        note_refusal(why)
    else:
        events.record(visit.db, visit.now, kind, journey=visit.journey_id, **facts)


def begin(visit: Visit, purpose: str, number: str) -> codes.Refused | None:
    """Send a code, and keep what its page needs; or say why there is none, and keep for which number."""
    same = visit.own_facts.get("number") == number
    flow = visit.own_facts["flow"] if same else str(new_id())
    sent = send(visit, purpose, number, flow)
    if isinstance(sent, codes.Refused) and not (same and sent.reason == "wait"):
        visit.remember(refused_number=number)
        return sent
    own = {"number": number, "purpose": purpose, "flow": flow, "refused_number": None}
    visit.remember(**own, address=client_address(), resend_at=sent.until.isoformat())
    return None


def send(visit: Visit, purpose: str, number: str, flow: str) -> "codes.Sent | codes.Refused":
    """Make a code and promise its message, in one transaction, or say why not."""
    sent = codes.send(visit.db, visit.now, visit.settings, flow_of(visit, purpose, number, flow))
    if isinstance(sent, codes.Sent):
        notices.code(visit.db, visit.now, visit.journey_id, purpose, number, sent, UUID(flow))
    else:
        record(visit, sent.reason, "code-limited", limit=sent.reason)
    return sent


def take_code(purpose: str, after: AfterCode, visit: Visit, form: CodeForm) -> str | None:
    """Judge the code; a right one proves the number for the rest of this journey."""
    number, flow = visit.facts["number"], visit.facts["flow"]
    if form.resend.data:
        resend(purpose, visit, form, number, flow)
        return None
    verdict = codes.enter(
        visit.db, visit.now, visit.settings, flow_of(visit, purpose, number, flow), form.code.data or ""
    )
    if verdict.kind != "accepted":
        form.code.data = form.code.data if verdict.kind == "malformed" else ""
        record(visit, verdict.kind, "code-refused", purpose=purpose, reason=verdict.kind)
        form.refuse(form.code, WHY_NOT[verdict.kind], time=at(verdict.until), left=verdict.left)
        if verdict.kind in OVER:
            visit.remember(
                over=verdict.kind, **({"resend_at": verdict.until.isoformat()} if verdict.until else {})
            )
        return None
    visit.remember(proven_number=number)
    visit.renew()
    return after(visit, number)


def resend(purpose: str, visit: Visit, form: CodeForm, number: str, flow: str) -> None:
    """Send another code where the waits allow it; the page stays."""
    sent = send(visit, purpose, number, flow)
    visit.remember(resend_at=sent.until.isoformat())
    if isinstance(sent, codes.Sent):
        visit.remember(over=None)
        return
    if sent.reason in OVER:
        visit.remember(over=sent.reason)
    form.refuse(form.code, WHY_NO_CODE[sent.reason], time=at(sent.until))


def flow_of(visit: Visit, purpose: str, number: str, flow: str) -> codes.Flow:
    """What a code is bound to: this journey's flow, the number, the purpose (rule R04)."""
    known = read_cookie("browser")
    browser = browsers.recognise(visit.db, visit.now, known, number) if known else None
    return codes.Flow(UUID(flow), number, purpose, client_address(), browser)


def show_code(visit: Visit) -> dict[str, Any]:
    """Where the code went, what became of the message, and when another can be sent."""
    facts = visit.facts | visit.own_facts
    resend_at = datetime.fromisoformat(facts["resend_at"])
    wait = int((resend_at - visit.now).total_seconds())
    return {
        "number": Own(shown_number(visit, facts)),
        "over": facts.get("over"),
        "message": outbox.latest(visit.db, UUID(facts["flow"])),
        "message_url": url_for("asides.message", name=visit.step.name),
        "resend_seconds": Own(str(wait)) if 0 < wait <= COUNTED else "",
        "resend_from": Own(at(resend_at)) if wait > COUNTED else "",
        "code_seconds": visit.settings.code_seconds,
        "host": request.host,
    }


def shown_number(visit: Visit, facts: dict[str, Any]) -> str:
    """The number in full where it was typed here lately, so that a wrong digit is seen; else masked."""
    typed = facts["purpose"] in TYPED and not visit.idle
    return numbers.grouped(facts["number"]) if typed else numbers.masked(facts["number"])


def at(time: datetime | None) -> str:
    """A time of day as citizens read it, with its day where that is not today, its year where that is another."""
    if time is None:
        return ""
    now = requests.now()
    if format_date(time) == format_date(now):
        return str(format_datetime(time, "HH:mm"))
    same_year = format_date(time, "yyyy") == format_date(now, "yyyy")
    return str(format_datetime(time, "HH:mm, dd/MM" if same_year else "HH:mm, dd/MM/yyyy"))
