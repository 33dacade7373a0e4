"""The accounts of the earlier portal come over: once each, with a reason for each line that does not."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from onboarding.accounts.people import Account, find_by_number
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.opencps import taking
from onboarding.opencps.cli import accounts
from tests.journey.people import NewPerson

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
COLUMNS = [
    "applicantName",
    "applicantIdType",
    "applicantIdNo",
    "applicantIdDate",
    "contactEmail",
    "contactTelNo",
    "lock_",
]
BA = ("Nguyễn Văn Ba", "citizen", "093065001234", "2015-03-01", "ba@example.vn", "0901234567", "false")
TU = ("Lê Thị Tư", "citizen", "093190004321", "", "", "01201234567", "true")
COOP = ("Hợp tác xã Vị Thanh", "business", "0100109106", "", "", "091 888 7777", "0")
BAD = [
    ("", "citizen", "093065001299", "", "", "0901234560", ""),
    ("An", "tourist", "093065001299", "", "", "0901234560", ""),
    ("An", "citizen", "12345", "", "", "0901234560", ""),
    ("An", "business", "0100109107", "", "", "0901234560", ""),
    ("An", "citizen", "093065001299", "", "", "02933123456", ""),
    ("An", "citizen", "093065001299", "", "", "+1 202 555 0123", ""),
    ("An", "citizen", "093065001299", "", "", "=HYPERLINK(1)", ""),
    ("An", "citizen", "093065001299", "", "", BA[5], ""),
    ("An", "citizen", BA[2], "", "", "0901234560", ""),
    ("A\u202en", "citizen", "093065001299", "", "", "0901234560", ""),
]
REASONS = [
    "no name", "neither citizen nor business", "not an identity number", "not a tax code", "not a mobile number",
    "a number of another country", "not a phone number", "double number", "double national-id", "not a name",
]  # fmt: skip


def as_csv(path: Path, lines: list[tuple[str, ...]]) -> Path:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([COLUMNS, *lines])
    return path


def as_json(path: Path, lines: list[tuple[str, ...]]) -> Path:
    records = (dict(zip(COLUMNS, line, strict=True)) for line in lines)
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))
    return path


def take(settings: Settings, file: Path, *options: str) -> str:
    done = CliRunner().invoke(accounts, ["import", str(file), *options], obj=lambda: settings)
    assert done.exit_code == 0, done.output
    return done.output


def report(file: Path) -> list[list[str]]:
    return list(csv.reader(file.with_name(f"{file.name}.report.csv").read_text().splitlines()))[1:]


def how_many(database: Database) -> int:
    with database.transaction(write=False) as db:
        return db.scalar(select(func.count()).select_from(Account)) or 0


@pytest.mark.parametrize("write", [as_csv, as_json])
def test_good_lines_make_accounts_and_others_say_why_not(
    settings: Settings, database: Database, tmp_path: Path, write: Callable[..., Path]
) -> None:
    file = write(tmp_path / "applicants", [BA, TU, COOP, *BAD])
    output = take(settings, file)
    assert "3  taken" in output
    first = 5 if write is as_csv else 4
    assert report(file) == [[str(first + n), reason] for n, reason in enumerate(REASONS)]
    with database.transaction(write=False) as db:
        ba, tu, coop = (find_by_number(db, number) for number in ("+84901234567", "+84701234567", "+84918887777"))
        assert ba is not None
        assert tu is not None
        assert coop is not None
        assert (ba.name, ba.national_id, ba.state, ba.kind) == (BA[0], BA[2], "active", "citizen")
        assert (tu.name, tu.state) == ("Lê Thị Tư", "suspended")
        assert (coop.kind, coop.tax_code) == ("organisation", "0100109106")


@ONE
def test_B29_the_report_holds_nothing_of_any_line(settings: Settings, tmp_path: Path, database: Database) -> None:
    odd = [("=1+1", "@SUM(1)", "+1", "", "", "-1", ""), ("\t=1", "citizen", "=1", "", "", "=1", "")]
    file = as_csv(tmp_path / "odd.csv", odd)
    take(settings, file)
    assert [line for line in report(file) if line[1][0] in "=+-@\t\r"] == []
    assert how_many(database) == 0


@ONE
def test_a_dry_run_reports_the_same_and_makes_nothing(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    file = as_csv(tmp_path / "applicants.csv", [BA, TU, COOP, *BAD])
    dry = take(settings, file, "--dry-run")
    told = report(file)
    assert how_many(database) == 0
    assert take(settings, file) == dry
    assert report(file) == told


def test_what_was_broken_off_goes_on_where_it_was(
    settings: Settings, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [(f"An {n}", "citizen", f"093065{n:06d}", "", "", f"09012{n:05d}", "") for n in range(1, 10)]
    lines[3] = BAD[0]
    lines[7] = lines[0]
    monkeypatch.setattr(taking, "BATCH", 3)
    file, write = as_csv(tmp_path / "applicants.csv", lines), taking.Taking._write

    def pull_the_plug(self: Any, db: Any, decided: Any, last: Any) -> None:
        write(self, db, decided, last)
        if last.number > 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(taking.Taking, "_write", pull_the_plug)
    CliRunner().invoke(accounts, ["import", str(file)], obj=lambda: settings)
    assert how_many(database) == 3
    assert len(report(file)) == 1, "of the batch that is gone"
    monkeypatch.setattr(taking.Taking, "_write", write)
    assert "3  taken by earlier runs" in take(settings, file)
    assert how_many(database) == 7
    assert report(file) == [["5", "no name"], ["9", "double number"]]
    take(settings, file)
    assert how_many(database) == 7
    assert len(report(file)) == 2


@ONE
def test_a_file_that_is_no_export_is_refused(settings: Settings, database: Database, tmp_path: Path) -> None:  # noqa: ARG001 - the database is there
    file = tmp_path / "other.csv"
    file.write_text("name,phone\nAn,0901234567\n")
    done = CliRunner().invoke(accounts, ["import", str(file)], obj=lambda: settings)
    assert done.exit_code == 1
    assert "no column applicantName" in done.output


@ONE
def test_unreadable_lines_are_told_and_the_rest_is_taken(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    good = as_json(tmp_path / "applicants.jsonl", [BA])
    good.write_bytes(good.read_bytes() + b'{"broken\n[1]\n\xff\xfe\n\n')
    take(settings, good)
    assert [reason for _, reason in report(good)] == ["unreadable line"] * 3
    assert how_many(database) == 1


def test_an_imported_citizen_signs_in_at_once_and_confirms_the_data(
    settings: Settings, database: Database, tmp_path: Path, new_person: NewPerson
) -> None:
    take(settings, as_csv(tmp_path / "applicants.csv", [BA]))
    person = new_person()
    page = person.sign_in()
    assert page.having("data-account-state")
    assert "Please check your data" in page.text
    assert "093065001234" not in page.text
    page = person.client.submit(form="/account/confirm")
    assert "Please check your data" not in page.text
    with database.transaction(write=False) as db:
        account = find_by_number(db, "+84901234567")
        assert account is not None
        assert account.consent_version == settings.consent_version
