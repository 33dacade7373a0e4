from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from onboarding.config import Settings
from onboarding.db import Database
from onboarding.errors import SettingsError
from onboarding.sandbox.inbox import BLOCK, inbox, messages_file
from onboarding.sms.dispatcher import Dispatcher
from onboarding.sms.gateways import GATEWAYS
from onboarding.sms.gateways.file import FileGateway
from tests.clock import MovableClock
from tests.sms.promises import CODE, NUMBER, TEXTS, promise

OTHER = "+84909999999"
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return messages_file(Settings(mode="sandbox", instance=tmp_path))


@pytest.fixture
def gateway(path: Path, clock: MovableClock) -> FileGateway:
    return FileGateway(path, clock)


def test_what_was_promised_arrives_with_its_code(
    database: Database, clock: MovableClock, gateway: FileGateway, path: Path
) -> None:
    message_id = promise(database, clock)
    Dispatcher(database, clock, gateway).run_once()
    assert inbox(path, LATER) == [
        {
            "id": message_id,
            "to": NUMBER,
            "text": TEXTS.sign_in_code(CODE),
            "code": CODE,
            "created_at": "2026-11-23T02:00:00+00:00",
        }
    ]


@pytest.mark.parametrize("text", [TEXTS.welcome(), "123456", "@dvc.example #12345", "@dvc.example #123456\nx"])
def test_a_text_without_a_code_line_has_no_code(gateway: FileGateway, path: Path, text: str) -> None:
    gateway.send(uuid4(), NUMBER, text)
    assert [message["code"] for message in inbox(path, LATER)] == [None]


def test_newest_first_to_one_number_or_to_all(gateway: FileGateway, path: Path, clock: MovableClock) -> None:
    for text, to in [("one", NUMBER), ("two", OTHER), ("three", NUMBER), (f"four, not to {NUMBER}", OTHER)]:
        gateway.send(uuid4(), to, text)
        clock.advance(seconds=1)
    assert [message["text"] for message in inbox(path, LATER, NUMBER)] == ["three", "one"]
    assert [message["text"][:4] for message in inbox(path, LATER)] == ["four", "thre", "two", "one"]
    assert [message["text"][:4] for message in inbox(path, LATER, limit=2)] == ["four", "thre"]
    assert inbox(path, LATER, "+84900000000") == []
    times = [message["created_at"] for message in inbox(path, LATER)]
    assert times == sorted(times, reverse=True)


def test_no_line_is_lost_where_the_file_is_read_in_pieces(path: Path) -> None:
    line = '{"to": "%s", "text": "%s", "id": "%s", "created_at": "2026-11-23T02:00:00+00:00"}\n'
    texts = [f"{number} " + "x" * (number % 301) for number in range(5000)]
    path.write_text("".join(line % (NUMBER, text, uuid4()) for text in texts))
    assert path.stat().st_size > 3 * BLOCK
    assert [message["text"] for message in inbox(path, LATER, NUMBER, limit=5001)] == texts[::-1]


def test_a_line_that_is_still_being_written_is_not_read(gateway: FileGateway, path: Path) -> None:
    gateway.send(uuid4(), NUMBER, "whole")
    with path.open("a") as file:
        file.write(f'{{"to": "{NUMBER}", "te')
    assert [message["text"] for message in inbox(path, LATER, NUMBER)] == ["whole"]


def test_without_a_file_there_is_nothing(path: Path) -> None:
    assert inbox(path, LATER) == []


def test_the_gateway_of_a_sandbox_writes_where_its_pages_read(tmp_path: Path) -> None:
    settings = Settings(mode="sandbox", instance=tmp_path / "new")
    GATEWAYS["sandbox"](settings).send(uuid4(), NUMBER, TEXTS.welcome())
    assert [message["to"] for message in inbox(messages_file(settings), LATER)] == [NUMBER]


def test_production_has_no_sandbox(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="production"):
        GATEWAYS["sandbox"](Settings(sms_gateway="sandbox", instance=tmp_path))
    assert list(tmp_path.iterdir()) == []
