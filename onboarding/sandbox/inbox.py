"""The telephones of a sandbox: the file of its messages, read from its end."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypedDict
from uuid import UUID

from onboarding.config import Settings

BLOCK = 1 << 18  # bytes read at a time, from the end of the file towards its beginning
CODE = re.compile(r"^@\S+ #(\d{6})\Z", re.MULTILINE)


class Received(TypedDict):
    """A message as it would stand on the telephone; `code` is null where the text has none."""

    id: UUID
    to: str
    text: str
    code: str | None
    created_at: str


def messages_file(settings: Settings) -> Path:
    """Where the sandbox's messages lie."""
    return settings.instance / "messages.jsonl"


def inbox(path: Path, now: datetime, to: str | None = None, limit: int = 100) -> list[Received]:
    """The newest messages that have arrived, newest first, to one number in E.164 form or to all.

    Cheap on a large file: it is read from its end, and only lines to the number are parsed.
    """
    beginning = b"{" if to is None else b'{"to": ' + json.dumps(to).encode() + b","
    lines = (received(json.loads(line)) for line in lines_from_end(path, beginning))
    arrived = (one for one in lines if datetime.fromisoformat(one["created_at"]) <= now)
    return list(islice(arrived, limit))


def received(message: dict[str, str]) -> Received:
    """A message of the file with its code, which stands in the last line."""
    code = CODE.search(message["text"])
    return {
        "id": UUID(message["id"]),
        "to": message["to"],
        "text": message["text"],
        "code": code[1] if code else None,
        "created_at": message["created_at"],
    }


def lines_from_end(path: Path, beginning: bytes) -> Iterator[bytes]:
    """The file's lines that begin so, last line first, without one that is still being written."""
    for block in blocks_from_end(path):
        if beginning in block:
            lines = block.splitlines(keepends=True)
            yield from (line for line in reversed(lines) if line.startswith(beginning) and line.endswith(b"\n"))


def blocks_from_end(path: Path) -> Iterator[bytes]:
    """The file in pieces of whole lines, last piece first."""
    if not path.exists():
        return
    with path.open("rb") as file:
        position, rest = file.seek(0, 2), b""
        while position:
            start = max(0, position - BLOCK)
            file.seek(start)
            piece = file.read(position - start) + rest
            whole = piece.find(b"\n") + 1 if start else 0
            position, rest = start, piece[:whole]
            yield piece[whole:]
