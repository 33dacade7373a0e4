"""A pytest plugin: what the browser tests found on each page, in the last lines of the run and in a file.

The pages come as properties of the tests' reports, so that they arrive from every worker.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from _pytest.terminal import TerminalReporter

LIMIT = 14_000  # bytes of a first view, everything counted, headers too
GOAL = 1.5  # seconds until the largest thing is painted
CHECKS = ("HTML", "light", "dark", "320", "375", "1280", "200 %", "keyboard", "no script")
PLACE = Path(__file__).parent.parent.parent / ".cache" / "browser-report.md"


@dataclass
class Inspected:
    """One page in one language: what its first view weighs, when it is painted, and its faults by check."""

    name: str
    language: str
    weight: int
    paint: float | None = None
    faults: dict[str, list[str]] = field(default_factory=dict)

    def add(self, check: str, faults: list[str]) -> None:
        """Note what a check has found."""
        if faults:
            self.faults.setdefault(check, []).extend(faults)

    def told(self) -> Iterator[str]:
        """Every fault in a sentence."""
        for check, faults in self.faults.items():
            yield from (f"{self.name} ({self.language}), {check}: {fault}" for fault in faults)

    def row(self) -> str:
        """Its line of the table."""
        cells = [str(len(self.faults[check])) if check in self.faults else "ok" for check in CHECKS]
        paint = f"{self.paint:.2f}" if self.paint is not None else ""
        return f"| {' | '.join([f'{self.name:27}', self.language, f'{self.weight:6d}', f'{paint:>5}', *cells])} |"


def table(pages: list[Inspected]) -> Iterator[str]:
    """The report, as Markdown."""
    heads = ["page", "", "bytes", "paint", *CHECKS]
    yield f"| {' | '.join(heads)} |"
    yield f"|{'|'.join('---' for _ in heads)}|"
    yield from (page.row() for page in sorted(pages, key=lambda page: (page.name, page.language)))
    yield ""
    yield from (f"- {fault}" for page in pages for fault in page.told())
    heaviest = max(page.weight for page in pages)
    yield f"{len(pages)} pages inspected; the heaviest first view has {heaviest} of {LIMIT} bytes"
    if paints := [page.paint for page in pages if page.paint is not None]:
        late = sum(paint > GOAL for paint in paints)
        yield f"painted after {median(paints):.2f} s (median), {max(paints):.2f} s at most; {late} after {GOAL} s"


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print the report over all workers, and keep it in `.cache/browser-report.md`."""
    ran = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    told = [told for report in ran if report.when == "call" for told in report.user_properties]
    pages = [Inspected(**page) for name, page in told if name == "page"]
    if pages:
        lines = list(table(pages))
        terminalreporter.section("pages in the browser")
        terminalreporter.write_line("\n".join(lines))
        PLACE.parent.mkdir(exist_ok=True)
        PLACE.write_text("\n".join(lines) + "\n", encoding="utf-8")
