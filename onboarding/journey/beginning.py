"""Where a journey begins: its row is made at the first answer."""

from onboarding.accounts import journeys, limits
from onboarding.accounts.limits import Refused
from onboarding.journey.visit import FIRST, Visit
from onboarding.web.language import language
from onboarding.web.requests import client_address, note_refusal


def begin(visit: Visit) -> Refused | None:
    """Make the row of a visit without a journey; a finished or forsaken journey makes room for a new one.

    So does one that its person has to prove first: what a stranger enters here must not wake it up. An address
    begins only so many (P09); at the end of them nothing is changed.
    """
    forsaken = visit.idle and visit.step.name == FIRST
    if visit.journey is not None and not (visit.finished or visit.must_prove or forsaken):
        return None
    if full := limits.spend(visit.db, visit.now, [limits.beginnings(visit.db, visit.settings, client_address())]):
        note_refusal(full.reason)
        return full
    if visit.journey is not None:
        visit.journey.token_hash = None
        journeys.save(visit.db, visit.journey)
        visit.support_code = journeys.new_support_code()
    visit.adopt(journeys.start(visit.db, visit.now, visit.token_hash, visit.support_code, FIRST, language()))
    return None
