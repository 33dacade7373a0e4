"""No line of an export is lost without a word: each makes an account or stands in the report."""

from io import BytesIO
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onboarding.db import Database
from onboarding.opencps.reading import LONGEST, Line, records
from onboarding.opencps.taking import TAKEN, Taking
from tests.clock import MovableClock
from tests.opencps.test_import import ONE

HEAD = "applicantName,applicantIdType,applicantIdNo,address,contactTelNo,lock_\n"
NAME = "Nguyễn Văn Ba"
READING = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PERSON = st.integers(1, 99)
PLACE = st.integers(0, 60)
NO_RECORD = st.text("x, ", max_size=9).map(lambda text: f"{text}\n")
ODD = st.text('x", \r\n', max_size=30).map(lambda text: f"{text}\n")


def line(n: int, address: str = "xã Vị Thanh") -> str:
    """The line of one person."""
    return f"{NAME},citizen,0930650012{n:02},{address},09012345{n:02},false\n"


def with_quote(n: int, place: int) -> str:
    """The line of one person with a quote that somebody forgot in it."""
    return line(n)[:place] + '"' + line(n)[place:]


def read(text: str) -> list[Line]:
    """The records of a file."""
    return list(records(BytesIO((HEAD + text).encode()), 0, 0))


@ONE
@READING
@given(st.data())
def test_lines_in_are_accounts_doubles_and_reported_lines(
    database: Database, clock: MovableClock, tmp_path: Path, data: st.DataObject
) -> None:
    whole = data.draw(st.lists(PERSON, max_size=8))
    broken = data.draw(st.lists(st.one_of(st.builds(with_quote, PERSON, PLACE), NO_RECORD), max_size=8))
    lines = data.draw(st.permutations([line(n) for n in whole] + broken))
    file, report = tmp_path / "applicants.csv", tmp_path / "report.csv"
    file.write_text(HEAD + "".join(lines))
    with file.open("rb") as opened, report.open("w+b") as written:
        taking = Taking(database, clock.now(), opened, written, dry_run=True)
        taking.run(lambda _bytes: None)
    told = [int(row.partition(b",")[0]) for row in report.read_bytes().splitlines()[1:]]
    assert taking.counts[TAKEN] == len(set(whole))
    assert taking.counts[TAKEN] + len(told) == len([one for one in lines if one.strip()])
    assert len(set(told)) == len(told)


@READING
@given(st.lists(st.one_of(PERSON.map(line), ODD)))
def test_a_line_is_in_one_record_and_nobody_s_in_that_of_another(lines: list[str]) -> None:
    found = read("".join(lines))
    numbers = [one.number for one in found]
    assert numbers == sorted({*numbers})
    names = [one.fields["applicantName"] for one in found if one.fields]
    assert names.count(NAME) == sum(one.startswith(NAME) for one in lines)


def test_a_record_may_go_over_lines_but_not_over_many() -> None:
    address, endless = '"ấp 3\nxã Vị Thanh"', '"' + "ấp 3\n" * LONGEST + '"'
    found = read(line(1, address) + line(2, endless) + line(3))
    assert [one.number for one in found if one.fields] == [3, 5 + LONGEST]
    assert found[0].fields
    assert found[0].fields["address"] == "ấp 3\nxã Vị Thanh"
    assert [one.number for one in found if not one.fields] == list(range(4, 5 + LONGEST))


def test_one_quote_in_a_thousand_lines_costs_one_line() -> None:
    lines = [line(n % 100) for n in range(1000)]
    lines[10] = '"' + lines[10]
    assert [one.number for one in read("".join(lines)) if not one.fields] == [12]
