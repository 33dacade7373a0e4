"""The processes of the running program: forks of one, which end with it."""

import os
import signal
import sqlite3
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import psutil

from tests.machine.browser import Browser
from tests.machine.process import wait_until
from tests.machine.server import Server, answers
from tests.machine.web_service import WebService


@dataclass
class SlowKannel(WebService):
    """A gateway that takes a message, and says so only when it may."""

    status: int = 202
    body: str = "0: Accepted for delivery"
    may_answer: threading.Event = field(default_factory=threading.Event)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.may_answer.wait(30)
        super().answer(handler)


def forks(server: Server) -> list[psutil.Process]:
    """The processes beside the first one: a worker, and what sends messages."""
    return psutil.Process(server.process.pid).children(recursive=True)


def test_what_sends_messages_ends_with_a_server_that_was_killed(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        sending, worker = forks(server)
        for process in (server.process, worker):
            process.kill()
        wait_until(lambda: not sending.is_running(), "no process is left")


def test_ctrl_c_ends_all_of_them_in_good_order(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        begun = forks(server)
        os.killpg(server.process.pid, signal.SIGINT)
        assert server.process.wait(timeout=20) == 0
        assert not [process for process in begun if process.is_running()]
    assert "Traceback" not in server.log.read_text()


def test_what_is_being_sent_when_the_server_is_stopped_is_brought_to_its_end(tmp_path: Path) -> None:
    with SlowKannel() as kannel:
        gateway = f"kannel=http://name:word@127.0.0.1:{kannel.port}/cgi-bin/sendsms"
        with Server(tmp_path, sms_gateway="kannel", sms_addresses=gateway, sms_sender="HG") as server:
            browser = Browser(server.url)
            browser.visit("/onboarding/account?lang=en")
            browser.submit(answer="phone")
            browser.submit(number="0901234567")
            assert kannel.heard.wait(30)
            server.process.terminate()
            wait_until(lambda: not answers(f"{server.address}/health/live"), "pages are served no more")
            kannel.may_answer.set()
            assert server.process.wait(timeout=20) == 0
    with sqlite3.connect(tmp_path / "onboarding.db") as kept:
        assert kept.execute("SELECT state FROM messages").fetchall() == [("sent",)]


def test_they_share_what_was_loaded_once(server: Server) -> None:
    for process in forks(server):
        memory = process.memory_full_info()
        assert memory.uss < memory.rss / 2
