from pathlib import Path

import pytest

from onboarding.resources import PACKAGE
from onboarding.sms.reports import ERRORS, why
from onboarding.sms.states import REASONS, STATES, sentence

CATALOGUE = PACKAGE / "translations" / "vi" / "LC_MESSAGES" / "messages.po"


def test_every_reason_of_a_report_has_its_sentence() -> None:
    assert {*ERRORS.values(), why(0)} <= REASONS.keys()


def test_a_reason_counts_only_where_the_message_failed() -> None:
    assert sentence("failed", "unreachable") == REASONS["unreachable"]
    assert sentence("failed", "something new") == STATES["failed"]
    assert sentence("waiting", "unreachable") == STATES["waiting"]


@pytest.mark.parametrize("english", [*STATES.values(), *REASONS.values()])
def test_every_sentence_is_there_in_vietnamese(english: str) -> None:
    before, _, after = Path(CATALOGUE).read_text().replace('"\n"', "").partition(f'msgid "{english}"\nmsgstr "')
    assert before
    assert after[:1] not in ("", '"')
