"""One sentence for everything that is ever recorded of a person: events, acts of staff, text messages.

A new kind of event needs its line here; a test holds this table to the closed lists of kinds.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from flask import current_app
from flask_babel import get_locale, gettext

from onboarding.accounts import approvals, looks
from onboarding.resources import N_
from onboarding.sms.states import REASONS

EVENTS = {
    "account-registered": N_("The account was made, after the answer: %(way)s."),
    "account-exists": N_("Somebody registered with the same identity number or tax code."),
    "signed-in": N_("Signed in: %(how)s."),
    "signed-out": N_("Signed out."),
    "session-ended": N_("A session ended: %(reason)s."),
    "code-sent": N_("A code was requested %(purpose)s."),
    "code-refused": N_("A code was entered %(purpose)s and not accepted: %(reason)s."),
    "code-limited": N_("A code was asked for and not sent: %(limit)s."),
    "locked": N_("Locked for %(minutes)s minutes after wrong codes."),
    "signature-refused": N_("A USB signature was not accepted (%(reason)s)."),
    "certificate-linked": N_("A signing certificate of %(issuer)s was linked."),
    "certificate-seen": N_("A certificate of %(issuer)s was shown for the first time."),
    "certificate-not-linked": N_("A certificate was not linked: %(reason)s."),
    "certificate-name-differs": N_("A certificate of %(issuer)s bears another name than the account."),
    "certificate-ended": N_("A certificate of %(issuer)s no longer signs in: %(reason)s."),
    "certificate-warned": N_("The owner was told that a certificate ends within %(days)s days."),
    "identity-disputed": N_("The identity number is disputed since another %(by)s proved it."),
    "call-back-requested": N_("Asked to be called back: %(reason)s."),
    "journey-resumed": N_("Went on with the journey on another device or later."),
    "request-refused": N_("A request was refused: %(reason)s."),
    "alarm": N_("Alarm: %(name)s at %(level)s %%."),
    "staff-refused": N_("Somebody was not let into the console: %(reason)s."),
    "number-changed": N_("The new phone number was proven and took the place of the old one."),
    "consent-given": N_("Agreed that a service may know them."),
    "consent-withdrawn": N_("Withdrew what a service may know."),
    "grant-ended": N_("A service's sign-in of this account was ended."),
    "data-confirmed": N_("The citizen confirmed the data from the earlier portal."),
}
ACTS = {
    "approval-requested": N_("A second person was asked to approve: %(act)s."),
    "approval-given": N_("A second person approved: %(act)s."),
    "approval-refused": N_("A second person refused: %(act)s."),
    "person-opened": N_("Staff (%(role)s) opened this page."),
    "value-revealed": N_("Staff (%(role)s) had a value shown in full: %(value)s."),
    "code-resent": N_("Staff (%(role)s) had a code sent again."),
    "unlocked": N_("Staff (%(role)s) ended the locks of the number."),
    "sessions-ended": N_("Staff (%(role)s) ended all sessions."),
    "suspended": N_("Staff (%(role)s) suspended the account."),
    "reinstated": N_("Staff (%(role)s) reinstated the account."),
    "call-back-taken": N_("Staff (%(role)s) took the request to call back."),
    "call-back-given-back": N_("Staff (%(role)s) gave the request to call back to others."),
    "call-back-done": N_("Staff (%(role)s) answered the request to call back."),
    "site-added": N_("The site %(site)s was added."),
    "site-changed": N_("The site %(site)s was changed: %(fields)s."),
}
MESSAGES = {
    "waiting": N_("Text message %(purpose)s: still to be sent."),
    "sent": N_("Text message %(purpose)s: handed to the gateway %(gateway)s."),
    "delivered": N_("Text message %(purpose)s: delivered by the gateway %(gateway)s."),
    "unknown": N_("Text message %(purpose)s: the gateway %(gateway)s may have it (%(reason)s)."),
    "dropped": N_("Text message %(purpose)s: dropped, it came too late."),
    "failed": N_("Text message %(purpose)s: failed at the gateway %(gateway)s (%(reason)s)."),
}
RETRIED = N_("Text message %(purpose)s: not taken by the gateway (%(reason)s); it is tried again.")
PURPOSES = {
    "registration": N_("to register"),
    "sign-in": N_("to sign in"),
    "resume": N_("to go on with a journey"),
    "link": N_("to link a certificate"),
    "welcome": N_("about the new account"),
    "identity-tried": N_("about somebody with the same number"),
    "certificate-linked": N_("about a linked certificate"),
    "call-back-received": N_("about the callback"),
    "staff-act": N_("about an act of our staff"),
    "number-changed": N_("about the new number"),
    "confirm": N_("to confirm that it is the owner"),
    "certificate-removed": N_("about a removed certificate"),
    "identity-disputed": N_("about a disputed number"),
    "certificate-ends": N_("about the end of a certificate"),
}
VALUES = {
    "name": N_("name"),
    "national-id": N_("identity number"),
    "tax-code": N_("tax code"),
    "birth-date": N_("date of birth"),
    "representative": N_("representative"),
    "phone-number": N_("phone number"),
    "new-phone-number": N_("new phone number"),
}
WORDS = (
    PURPOSES
    | VALUES
    | looks.WHYS
    | {
        "passkey": N_("by passkey"),
        "phone": N_("by phone code"),
        "usb": N_("by USB token"),
        "too-many": N_("there were too many"),
        "by-owner": N_("by the citizen"),
        "by-staff": N_("by our staff"),
        "number-changed": N_("the phone number was changed"),
        "removed": N_("removed by its owner"),
        "replaced": N_("a newer one took its place"),
        "revoked": N_("revoked by its issuer"),
        "certificate": N_("certificate"),
        "malformed": N_("not a code or proof at all"),
        "wrong": N_("wrong digits"),
        "used-up": N_("too many wrong entries for this code"),
        "expired": N_("out of date"),
        "none": N_("no code was valid any more"),
        "locked": N_("locked after wrong codes"),
        "closed": N_("closed after many wrong codes"),
        "address": N_("too many requests from this connection"),
        "wait": N_("asked again too soon"),
        "number-hour": N_("the number had all codes of the hour"),
        "number-day": N_("the number had all codes of the day"),
        "budget": N_("the day's messages are used up"),
        "number": N_("not a mobile number of Vietnam"),
        "helper": N_("helper"),
        "supervisor": N_("supervisor"),
        "auditor": N_("auditor"),
        "administrator": N_("administrator"),
        "staff-link": N_("sign-in link"),
        "staff-role": N_("new role"),
        "reopen-number": N_("open the closed number"),
        "change-number": N_("change the phone number"),
        "merge-accounts": N_("merge two accounts"),
        "close-account": N_("close and erase the account"),
    }
)
# Reasons that the program gives itself, where nobody is asked for one.
GIVEN = (
    looks.WHYS
    | VALUES
    | {
        approvals.AGREED: N_("agrees with the reason given"),
        "command line": N_("command line"),
        "first sign-in": N_("at the first sign-in"),
        "passkey": N_("by passkey"),
        "usb": N_("by USB token"),
        "signed out": N_("signed out"),
        "search": N_("search"),
    }
)
# What the fact "how" of a sign-in and the reason of an ended session say with a word that means more elsewhere.
OF_FACT = {
    ("how", "registration"): N_("right after registering"),
    ("reason", "signed-out"): N_("signed out"),
    ("reason", ""): N_("help in general"),
    ("reason", "lost-number"): N_("the number is lost or not theirs"),
    ("reason", "token-not-linked"): N_("the token could not be linked"),
}
# What the facts of a row of the trail are about.
FACTS = {
    "act": N_("act"),
    "approval": N_("request no."),
    "before": N_("before"),
    "client": N_("service"),
    "fields": N_("changed"),
    "key": N_("key"),
    "member": N_("about"),
    "national-id": N_("identity number"),
    "number": N_("phone number"),
    "origins": N_("may show portlets"),
    "role": N_("role"),
    "serial": N_("serial number"),
    "site": N_("site"),
    "support-code": N_("support code"),
    "tax-code": N_("tax code"),
    "value": N_("value"),
    "way": N_("way in"),
    "why": N_("because of"),
}


def event(kind: str, facts: Mapping[str, Any]) -> str:
    """The sentence of an event; the way to an account is told by the answer that people chose."""
    answers = current_app.extensions["answers"]
    ways = {name: str(answers.get(value, value)) for name, value in facts.items() if name == "way"}
    return told(EVENTS[kind], {**facts, **ways})


def act(kind: str, facts: Mapping[str, Any]) -> str:
    """The sentence of what a member of staff did."""
    return told(ACTS[kind], facts)


def message(state: str, purpose: str, gateway: str | None, reason: str | None) -> str:
    """The sentence of a text message as it stands now."""
    text = RETRIED if state == "waiting" and reason else MESSAGES[state]
    return told(text, {"purpose": purpose, "gateway": gateway or "?", "reason": why(reason)})


def why(reason: str | None) -> str:
    """Why a gateway did not deliver: the citizen's sentence where we have one, else the gateway's own word."""
    return str(gettext(REASONS[reason])) if reason in REASONS else reason or "?"


def reason(text: str) -> str:
    """The reason of a row of the trail: in the language of the page where the program gave it, else as written."""
    known = GIVEN.get(text.rstrip("-0123456789"))  # one of several phone numbers has its place behind it
    return str(gettext(known)) if known else text


def told(text: str, facts: Mapping[str, Any]) -> str:
    """A sentence in the language of the page, with its facts in words; one that is missing is a question mark."""
    return said(str(get_locale()), text, tuple((name, facts.get(name, "?")) for name in names_in(text)))


@cache
def names_in(text: str) -> tuple[str, ...]:
    """The facts that a sentence asks for."""
    return tuple(part.partition(")")[0] for part in text.split("%(")[1:])


@lru_cache(4096)
def said(_language: str, text: str, facts: tuple[tuple[str, Any], ...]) -> str:
    """The sentence. A story says few different ones, and looking words up costs more than all its statements."""
    words = {name: word(name, value) for name, value in facts}
    return str(gettext(text, **words)) if words else str(gettext(text))


def fact(name: str, value: Any) -> str:
    """A fact of a row of the trail, by itself."""
    return f"{gettext(FACTS[name])}: {word(name, value)}"


def word(name: str, value: Any) -> str:
    """What the value of a fact is called."""
    known = OF_FACT.get((name, value)) or WORDS.get(value)
    return str(gettext(known)) if known else str(value)
