"""What staff may do for a person. Each act is a POST with a reason, told to the citizen and kept in the trail.

An act is one line in ACTS: its address, its roles, when it is offered, and what it does. Nobody acts in the name
of a citizen: there is no way to sign in as somebody else (rule R49).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import LazyString, format_datetime, gettext
from flask_babel import lazy_gettext as _l

from onboarding.accounts import browsers, codes, endings, locks
from onboarding.accounts.journeys import Journey
from onboarding.accounts.people import Account
from onboarding.console import second, sentences
from onboarding.console.telling import tell, tell_all, texts
from onboarding.console.within import within

HELPERS, SUPERVISORS = ("helper", "supervisor"), ("supervisor",)
ACCOUNT, JOURNEY = ("accounts",), ("journeys",)

# Does the act; gives the sentence that says why not, where it could not be done.
Does = Callable[[Any], str | second.Facts | None]
# Whether the page of a person, by what it shows, offers the act.
Offered = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True)
class Act:
    """One act: `kind` is what the trail calls it, `told` what is said when it is done.

    One with `second` is only asked for: `does` gives what the approval has to know, or says why not.
    """

    name: str
    label: LazyString
    told: LazyString
    kind: str
    subjects: tuple[str, ...]
    roles: tuple[str, ...]
    does: Does
    offered: Offered
    second: bool = False


def resend(journey: Journey) -> str | None:
    """Have the journey's code sent once more; staff never see it, and no limit is lifted for it."""
    if not current_app.extensions["journey"].waits_for_code(journey):
        return str(gettext("This journey does not wait for a code any more."))
    sent = current_app.extensions["journey"].resend(*within(), journey)
    if isinstance(sent, codes.Refused):
        words = {
            "limit": sentences.word("limit", sent.reason),
            "until": format_datetime(sent.until, "HH:mm, dd/MM"),
        }
        return str(gettext("No code can be sent now (%(limit)s), earliest again at %(until)s.", **words))
    return None


def unlock_journey(journey: Journey) -> str | None:
    """End the timed lock of the number that a journey is about."""
    db, now, settings = within()
    number = current_app.extensions["journey"].number(db, journey)
    if number is None or not locks.lift(db, now, settings, number, []):
        return str(gettext("There is no lock to be ended."))
    tell(number, texts().unlocked())
    return None


def unlock(account: Account) -> str | None:
    """End the timed locks of all numbers of an account; what was counted stays (P05)."""
    db, now, settings = within()
    known = browsers.of_account(db, now, account.id)
    lifted = sum(locks.lift(db, now, settings, str(phone.number), known) for phone in account.numbers)
    if not lifted:
        return str(gettext("There is no lock to be ended."))
    tell_all(account, texts().unlocked())
    return None


def end_sessions(account: Account) -> str | None:
    """Sign an account out everywhere, and make its browsers unknown again."""
    db, now, settings = within()
    endings.sign_out(db, now, settings, account)
    tell_all(account, texts().sessions_ended())
    return None


def suspend(account: Account) -> str | None:
    """Let nobody sign in to an account until it is reinstated."""
    if account.state != "active":
        return str(gettext("This account is not active."))
    endings.suspend(*within(), account)
    tell_all(account, texts().suspended())
    return None


def reinstate(account: Account) -> str | None:
    """Let the owner of a suspended account in again."""
    if account.state != "suspended":
        return str(gettext("This account is not suspended."))
    endings.reinstate(*within(), account)
    tell_all(account, texts().reinstated())
    return None


def stands(shown: Mapping[str, Any], reason: str) -> bool:
    """Whether there is a lock of this kind."""
    return any(lock.reason == reason for lock in shown["locks"])


def disputed(shown: Mapping[str, Any]) -> bool:
    """Whether another account holds this one's number."""
    return shown["account"].identity == "disputed" and alive(shown)


def alive(shown: Mapping[str, Any]) -> bool:
    """Whether the account still belongs to somebody."""
    return shown["account"].wrapped_key is not None


ASKED = _l("A second person was asked. It is done once they have approved it.")
ACTS = (
    Act("resend", _l("Send the code again"), _l("The code is on its way."), "code-resent", JOURNEY, HELPERS,
        resend, lambda shown: shown["waits_for_code"]),
    Act("unlock-number", _l("End the lock"), _l("The lock is ended."), "unlocked", JOURNEY, HELPERS,
        unlock_journey, lambda shown: stands(shown, "locked")),
    Act("unlock", _l("End the locks"), _l("The locks are ended."), "unlocked", ACCOUNT, HELPERS,
        unlock, lambda shown: stands(shown, "locked")),
    Act("end-sessions", _l("Sign out everywhere"), _l("All sessions are ended."), "sessions-ended", ACCOUNT,
        HELPERS, end_sessions, lambda shown: bool(shown["open_sessions"])),
    Act("suspend", _l("Suspend the account"), _l("The account is suspended."), "suspended", ACCOUNT,
        SUPERVISORS, suspend, lambda shown: shown["account"].state == "active"),
    Act("reinstate", _l("Reinstate the account"), _l("The account is active again."), "reinstated", ACCOUNT,
        SUPERVISORS, reinstate, lambda shown: shown["account"].state == "suspended"),
    Act("reopen-number", _l("Open the closed number"), ASKED, "reopen-number", ACCOUNT + JOURNEY,
        HELPERS, second.closed_number, lambda shown: stands(shown, "closed"), second=True),
    Act("change-number", _l("Change the phone number"), ASKED, "change-number", ACCOUNT,
        SUPERVISORS, second.new_number, alive, second=True),
    Act("merge-accounts", _l("Merge into the other account"), ASKED, "merge-accounts", ACCOUNT,
        SUPERVISORS, second.other_account, disputed, second=True),
    Act("close-account", _l("Close and erase the account"), ASKED, "close-account", ACCOUNT,
        SUPERVISORS, second.nothing, alive, second=True),
)  # fmt: skip
