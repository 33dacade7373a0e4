"""What a check of a computer leaves: a closed list, the newest few, for a time."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from onboarding.accounts import journeys, usb_checks
from onboarding.accounts.usb_checks import UsbCheck, are_findings
from onboarding.db import Database
from tests.clock import MONDAY_MORNING

FOUND = {"bridge": "vnpt", "port-4433": "answers", "version": "1.0.5.0", "certificate-until": "2027-01-31"}


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"name": "Ba"},
        {"bridge": "vnpt\n"},
        {"bridge": "other"},
        {"certificate": "CN=Trần Thị Ngọc Ánh"},
        {"version": "0912345678901"},
        {"version": "1" * 100},
        {"clock": "1e9"},
        {"port-4436": "answers"},
        {**FOUND, "csrf_token": "x"},
    ],
)
def test_R19_only_the_closed_list_is_taken(sent: dict[str, str]) -> None:
    assert are_findings(FOUND)
    assert not are_findings(sent)


def test_the_newest_ten_of_a_journey_are_kept_for_90_days(database: Database) -> None:
    with database.transaction() as db:
        journey = journeys.start(db, MONDAY_MORNING, b"t" * 32, "HG-7K3M-92QX", "account", "vi")
        other = journeys.start(db, MONDAY_MORNING, b"u" * 32, "HG-7K3M-92QY", "account", "vi")
        usb_checks.record(db, MONDAY_MORNING, other.id, FOUND)
        for minute in range(12):
            at = MONDAY_MORNING + timedelta(minutes=minute)
            usb_checks.record(db, at, journey.id, {"clock": str(minute)})
    with database.transaction() as db:
        kept = db.scalars(select(UsbCheck).where(UsbCheck.journey_id == journey.id)).all()
        assert sorted(int(json.loads(row.findings)["clock"]) for row in kept) == list(range(2, 12))
        usb_checks.forget_old(db, MONDAY_MORNING + timedelta(days=90, minutes=5))
        assert len(db.scalars(select(UsbCheck)).all()) == 7
