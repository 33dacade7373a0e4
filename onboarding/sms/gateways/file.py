"""A gateway that appends each message to a file, one JSON object a line, for whatever reads that file."""

import fcntl
import json
import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

from onboarding.clock import Clock, SystemClock
from onboarding.config import Settings
from onboarding.errors import SettingsError
from onboarding.sms.gateway import GatewayRefused


class FileGateway:
    """Appends `{"to", "text", "id", "created_at"}`; several processes may append to one file."""

    name = "file"
    tells_repeats = True  # by the id, for whoever reads the file

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    def send(self, message_id: UUID, to: str, text: str) -> None:
        """Append a line; it is on the disk, whole, when this returns, and not at all when this raises."""
        self.write(message_id, to, text, self._clock.now())

    def write(self, message_id: UUID, to: str, text: str, created_at: datetime) -> None:
        """The same, with another time than now."""
        sent = {"to": to, "text": text, "id": str(message_id), "created_at": created_at.isoformat()}
        try:
            append(self._path, json.dumps(sent, ensure_ascii=False).encode() + b"\n")
        except OSError as error:
            raise GatewayRefused(type(error).__name__, final=False) from None


def from_settings(settings: Settings) -> FileGateway:
    """The gateway that writes to the setting `sms_file`. Raises SettingsError where it cannot."""
    if not settings.sms_file:
        raise SettingsError(["ONBOARDING_SMS_FILE is missing: the gateway `file` needs a file to write to."])
    return opened(Path(settings.sms_file), SystemClock())


def opened(path: Path, clock: Clock) -> FileGateway:
    """A gateway whose file and folder exist, readable by their owner alone."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        append(path, b"")
    except OSError as error:
        raise SettingsError([f"The file for text messages cannot be written: {error}."]) from None
    return FileGateway(path, clock)


def append(path: Path, line: bytes) -> None:
    """Append in one write, and take half a line back where the disk was full."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = os.fstat(file).st_size
        if os.write(file, line) < len(line):
            os.ftruncate(file, size)
            raise OSError("no room for the whole line")
        os.fsync(file)
    finally:
        os.close(file)
