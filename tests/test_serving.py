"""The processes of the running program: forks of one, which end with it."""

import os
import signal
from pathlib import Path

import psutil

from tests.machine.process import wait_until
from tests.machine.server import Server


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


def test_they_share_what_was_loaded_once(server: Server) -> None:
    for process in forks(server):
        memory = process.memory_full_info()
        assert memory.uss < memory.rss / 2
