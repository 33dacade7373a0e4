"""The processes of the running program: forks of one, which end with it."""

import base64
import os
import signal
import socket
import sqlite3
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from select import select

import psutil

from onboarding.config import Settings
from onboarding.sandbox.faults import switch
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


def test_requests_that_wait_for_somebody_outside_keep_no_others_waiting(tmp_path: Path) -> None:
    """More of them than threads that take requests: the sandbox's slow token endpoint stands for a dead issuer."""
    with Server(tmp_path) as server:
        switch(Settings(instance=tmp_path), "a-service", "slow")
        slow = [asking_for_tokens(server) for _ in range(4)]
        for _ in range(50):
            assert answers(f"{server.address}/health/ready")
        assert not select(slow, [], [], 0)[0], "they still wait"
        for connection in slow:
            connection.close()


def asking_for_tokens(server: Server) -> socket.socket:
    """A connection on which a service has asked the token endpoint."""
    proof = base64.b64encode(b"a-service:a-secret").decode()
    head = f"POST /oidc/token HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAuthorization: Basic {proof}\r\n"
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.sendall(f"{head}Content-Length: 0\r\n\r\n".encode())
    return connection


def test_they_share_what_was_loaded_once(server: Server) -> None:
    for process in forks(server):
        memory = process.memory_full_info()
        assert memory.uss < memory.rss / 2
