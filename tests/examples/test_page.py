"""Every command of docs/integrators.md is run: the examples' by their fixtures, the others here."""

import json
import subprocess

from onboarding.sandbox.clients import HOSTS, READY, READY_SECRET
from tests.examples.page import ROOT, commands, runnable
from tests.machine.server import Server

RUN = {
    "The first sign-in": 1,  # `make run`; the server that tests use is what it starts
    "Flask": 1,
    "Node": 1,
    "Apache": 2,
    "Your own service": 1,
    "Test": 1,
}


def test_the_page_has_no_command_that_is_not_run() -> None:
    assert {heading: len(lines) for heading, lines in commands().items()} == RUN


def test_the_examples_are_the_sandboxs_ready_client() -> None:
    assert "http://localhost:9000" in HOSTS
    for example in ("flask/app.py", "node/app.mjs", "apache/service.conf"):
        text = (ROOT / "docs" / "examples" / example).read_text()
        assert str(READY) in text, example
        assert READY_SECRET in text, example


def test_the_text_messages_can_be_read(server: Server) -> None:
    (command,) = commands()["Test"]
    answer = subprocess.run(
        runnable(command, **{"http://127.0.0.1:8000": server.url}), check=True, capture_output=True
    )
    assert json.loads(answer.stdout) == []
