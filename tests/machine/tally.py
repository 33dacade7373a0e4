"""A pytest plugin that marks each test with where it runs, and says at the end how many ran where."""

from collections import Counter

import pytest
from _pytest.terminal import TerminalReporter

from tests.machine import CI

PLACES = {
    "sqlite": "on SQLite",
    "postgresql": "on PostgreSQL",
    "browser": "in the browser",
    "token": "on the token",
    "smsbox": "through Kannel",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test runs where the fixtures that it asks for are."""
    for item in items:
        places = {*getattr(item, "fixturenames", ())}
        if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            places.add(str(item.callspec.params.get("database_url")))
        for place in PLACES.keys() & places:
            item.add_marker(place)


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Counts over all workers, and what tests recorded of others' test vectors; pytest's closing line follows."""
    ran = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    counts = Counter(place for report in ran for place in PLACES if place in report.keywords)
    recorded = {line for report in ran for name, line in report.user_properties if name == "vectors"}
    for line in sorted(recorded):
        terminalreporter.write_line(f"vectors of {line}")
    terminalreporter.write_line("ran " + ", ".join(f"{where}: {counts[place]}" for place, where in PLACES.items()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where nothing may be missing, a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if CI and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
