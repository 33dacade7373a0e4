"""The trust folder of a production holds no sandbox's authorities."""

from pathlib import Path

from onboarding.config import Settings
from onboarding.doctor import trust
from onboarding.sandbox.issuers import ensure_issuers
from tests.clock import MONDAY_MORNING


def test_R31_test_authorities_in_production_need_mending(tmp_path: Path) -> None:
    ensure_issuers(tmp_path, MONDAY_MORNING)
    told = trust.examine(Settings(trust=str(tmp_path)), MONDAY_MORNING)
    assert [finding.level for finding in told][:2] == ["mend", "mend"]
    assert told[0].sentence.startswith("vnpt has a sandbox's test authority: anybody can sign in as anybody.")
