"""Chrome's native messaging: JSON with its length in front, on standard input and output, and the host's manifest.

See "Native messaging" in Chrome's documentation for extensions. The browser starts the host for each call.
"""

import json
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from onboarding.token_agent.failures import Interrupted

HOST = "eu.webeid"
LARGEST_MESSAGE = 8192  # what Web eID's application takes at most
START = """
import sys
greeting = sys.argv.pop(1).encode()
sys.stdout.buffer.write(len(greeting).to_bytes(4, sys.byteorder) + greeting)
sys.stdout.buffer.flush()
from onboarding.cli import main
main(prog_name="onboarding")
"""  # it greets before all else is loaded: on a busy computer that takes longer than an extension waits


def serve(incoming: IO[bytes], outgoing: IO[bytes], answer: Callable[[bytes], str]) -> None:
    """Answer one message, and end, as the extension expects it. The start has told the version already."""
    size = int.from_bytes(incoming.read(4), sys.byteorder)
    if not size:
        return
    try:
        send(outgoing, answer(incoming.read(size) if size <= LARGEST_MESSAGE else b""))
    except Interrupted as interrupted:
        if interrupted.sent:
            send(outgoing, interrupted.sent, missing=1)
        if not interrupted.hang_up:
            incoming.read()  # until the browser goes


def send(outgoing: IO[bytes], message: str, missing: int = 0) -> None:
    """Write one message; where some bytes are missing, its length says so."""
    encoded = message.encode()
    outgoing.write((len(encoded) + missing).to_bytes(4, sys.byteorder) + encoded)
    outgoing.flush()


def install(folder: Path, version: str, extensions: Sequence[str], arguments: Sequence[str]) -> Path:
    """Write the manifest by which a browser finds the host, and the program that it starts; give the manifest.

    `version` is what extensions are greeted with, `extensions` the ids of those that may call, `arguments` those
    of `onboarding`. A manifest cannot hold arguments, so a small script does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    program, manifest = folder.resolve() / f"{HOST}.sh", folder.resolve() / f"{HOST}.json"
    command = shlex.join([sys.executable, "-c", START, json.dumps({"version": version}), *arguments])
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
