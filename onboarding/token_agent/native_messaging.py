"""Chrome's native messaging: JSON with its length in front, on standard input and output, and the host's manifest.

See "Native messaging" in Chrome's documentation for extensions. The browser starts the host for each call.
"""

import json
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

HOST = "eu.webeid"
LARGEST_MESSAGE = 8192  # what Web eID's application takes at most
START = "from onboarding.cli import main; main(prog_name='onboarding')"


def serve(
    incoming: IO[bytes], outgoing: IO[bytes], version: str, answer: Callable[[bytes], dict[str, Any]]
) -> None:
    """Say the version, answer one message, and end, as the extension expects it."""
    send(outgoing, {"version": version})
    size = int.from_bytes(incoming.read(4), sys.byteorder)
    if size:
        message = incoming.read(size) if size <= LARGEST_MESSAGE else b""
        send(outgoing, answer(message))


def send(outgoing: IO[bytes], message: dict[str, Any]) -> None:
    """Write one message."""
    encoded = json.dumps(message).encode()
    outgoing.write(len(encoded).to_bytes(4, sys.byteorder) + encoded)
    outgoing.flush()


def install(folder: Path, extensions: Sequence[str], arguments: Sequence[str]) -> Path:
    """Write the manifest by which a browser finds the host, and the program that it starts; give the manifest.

    `extensions` are the ids of those that may call it, `arguments` those of `onboarding`. A manifest cannot
    hold arguments, so a small script does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    program, manifest = folder.resolve() / f"{HOST}.sh", folder.resolve() / f"{HOST}.json"
    command = shlex.join([sys.executable, "-c", START, *arguments])
    program.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    program.chmod(0o700)
    told = {
        "name": HOST,
        "description": "Token agent, in the place of Web eID's application",
        "path": str(program),
        "type": "stdio",
        "allowed_origins": [f"chrome-extension://{extension}/" for extension in extensions],
    }
    manifest.write_text(json.dumps(told, indent=2), encoding="utf-8")
    return manifest
