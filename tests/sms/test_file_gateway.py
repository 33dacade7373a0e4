import json
import resource
import stat
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from onboarding.config import Settings
from onboarding.errors import SettingsError
from onboarding.sms.gateway import GatewayRefused
from onboarding.sms.gateways import GATEWAYS
from onboarding.sms.gateways.file import FileGateway
from tests.clock import MovableClock
from tests.sms.promises import CODE, NUMBER, TEXTS

EACH = 50


def lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def settings(path: Path) -> Settings:
    return Settings(sms_gateway="file", sms_file=str(path))


def test_a_message_is_one_line_that_begins_with_number_and_text(tmp_path: Path, clock: MovableClock) -> None:
    path, message_id = tmp_path / "sent.jsonl", uuid4()
    text = TEXTS.sign_in_code(CODE)
    FileGateway(path, clock).send(message_id, NUMBER, text)
    (line,) = lines(path)
    assert list(line.items())[:2] == [("to", NUMBER), ("text", text)]
    assert UUID(line["id"]) == message_id
    assert line["created_at"] == "2026-11-23T02:00:00+00:00"


def test_file_and_folder_are_made_at_the_start_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "sent.jsonl"
    gateway = GATEWAYS["file"](settings(path))
    assert gateway.name == "file"
    assert path.read_bytes() == b""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_moved_away_is_begun_anew(tmp_path: Path, clock: MovableClock) -> None:
    path = tmp_path / "sent.jsonl"
    gateway = FileGateway(path, clock)
    gateway.send(uuid4(), NUMBER, "one")
    path.rename(tmp_path / "yesterday.jsonl")
    gateway.send(uuid4(), NUMBER, "two")
    assert [line["text"] for line in lines(path)] == ["two"]


def test_a_missing_or_impossible_file_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ONBOARDING_SMS_FILE is missing"):
        GATEWAYS["file"](Settings(sms_gateway="file"))
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be written"):
        GATEWAYS["file"](settings(tmp_path / "file" / "sent.jsonl"))


@contextmanager
def file_size_at_most(size: int) -> Iterator[None]:
    """What a full disk does to a write: it ends half way."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_refuses_and_leaves_no_half_line(tmp_path: Path, clock: MovableClock) -> None:
    path = tmp_path / "sent.jsonl"
    gateway = FileGateway(path, clock)
    gateway.send(uuid4(), NUMBER, "one")
    with file_size_at_most(path.stat().st_size + 20), pytest.raises(GatewayRefused) as refused:
        gateway.send(uuid4(), NUMBER, "two")
    assert not refused.value.final
    assert NUMBER not in refused.value.reason
    gateway.send(uuid4(), NUMBER, "three")
    assert [line["text"] for line in lines(path)] == ["one", "three"]


def write(path: Path, process: int) -> None:
    gateway = FileGateway(path, MovableClock())
    for number in range(EACH):
        gateway.send(uuid4(), NUMBER, f"{process}.{number} " + "x" * (10 * number))


# Newer Pythons warn of forking beside threads; these children only write and end.
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_eight_processes_write_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "sent.jsonl"
    with ProcessPoolExecutor(8, mp_context=get_context("fork")) as processes:
        list(processes.map(write, [path] * 8, range(8)))
    written = [line["text"].split()[0] for line in lines(path)]
    assert sorted(written) == sorted(f"{process}.{number}" for process in range(8) for number in range(EACH))
