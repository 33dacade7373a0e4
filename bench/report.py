"""The report: Markdown tables of what was measured, beside what is to be reached."""

import os
import platform
import re
import subprocess
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles

import psutil

from bench.inside import Inside
from bench.load import SHARE, Load
from bench.programs import BENCH, KINDS, ROOT
from bench.rounds import VISITORS, Sample, Samples, ratio
from bench.servers import Data
from bench.tour import Tour

GOALS = {"floor": {"login": 1.6}, "allauth": {"login": 0.40, "registration": 0.40}}
STATEMENTS = {"GET": 3, "POST": 5}
GROWTH = 1.1
SPREAD = 6
FIRST_VIEW = 14_000  # bytes

PACKAGES = ("flask", "granian", "sqlalchemy")
PINNED = re.compile(r"^(django|django-allauth|gunicorn)==(\S+)", re.MULTILINE)


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; numbers stand to the right."""
    heads, lines = list(heads), [list(map(str, row)) for row in rows]
    sides = ["---:" if lines and lines[0][i][:1].isdigit() else "---" for i in range(len(heads))]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (heads, sides, *lines)) + "\n"


def against(figure: float, goal: float | None) -> str:
    """A figure with what is to be reached, and whether it is."""
    shown = f"{figure:,}" if isinstance(figure, int) else f"{figure:.2f}"
    if goal is None:
        return shown
    return f"{shown} (at most {goal:,}: {'reached' if figure <= goal else '**missed**'})"


def milliseconds(seconds: Iterable[float]) -> tuple[str, str]:
    """The median and the 99th percentile."""
    hundredths = quantiles(seconds, n=100)
    return f"{1000 * hundredths[49]:.1f}", f"{1000 * hundredths[98]:.1f}"


def heading(accounts: str, rounds: int, walks: int) -> str:
    """When, on what, with what."""
    memory, processor = psutil.virtual_memory().total / 2**30, processor_name()
    describe = ["git", "describe", "--always", "--dirty"]
    commit = subprocess.run(describe, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    ours = [(name, version(name)) for name in PACKAGES]
    peers = PINNED.findall((BENCH / "allauth" / "requirements.txt").read_text())
    versions = ", ".join(f"{name} {number}" for name, number in ours + peers)
    return (
        f"# Speed of the web requests, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n\n"
        f"{os.cpu_count()} cores ({processor}), {memory:.0f} GiB of memory, "
        f"load {os.getloadavg()[0]:.1f} at the end.\n"
        f"Python {platform.python_version()}, {versions}; commit {commit or 'unknown'}.\n"
        f"{accounts} accounts, {rounds} rounds of {walks} journeys of each kind, {VISITORS} visitors at once.\n"
    )


def processor_name() -> str:
    found = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return found[0].partition(": ")[2] if found else platform.machine()


def cost(data: dict[str, Data], found: dict[str, Samples]) -> str:
    """What a journey costs each program, and the portal in proportion to the others."""
    heads = ["journey", "program", "requests", "CPU ms", "user + sys", "database", "p50 ms", "p99 ms", "MiB"]
    rows = [[kind, data[name].program.title, *costs(found[name][kind])] for kind in KINDS for name in found]
    ours, others = found["onboarding"], [name for name in found if name != "onboarding"]
    ratios = [
        [kind, *(against(ratio(ours[kind], found[name][kind]), GOALS[name].get(kind)) for name in others)]
        for kind in KINDS
    ]
    return (
        "\n## CPU of the server for each journey\n\n"
        + table(heads, rows)
        + "\nThe portal's CPU in proportion (median of the ratios within a round):\n\n"
        + table(["journey", *(f"times {name}" for name in others)], ratios)
    )


def costs(samples: list[Sample]) -> list[str]:
    """The columns about requests, CPU, waiting and memory."""
    columns = ("cpu", "user", "system", "database", "memory")
    cpu, user, system, database, memory = (median(getattr(s, name) for s in samples) for name in columns)
    walks = [walk for sample in samples for walk in sample.walks]
    methods = Counter(exchange.method for exchange in walks[0].exchanges)
    p50, p99 = milliseconds(exchange.seconds for walk in walks for exchange in walk.exchanges)
    asked = f"{methods['GET']} GET, {methods['POST']} POST"
    return [
        asked,
        f"{cpu:.1f}",
        f"{user:.1f} + {system:.1f}",
        f"{database:.1f}" if database else "–",
        p50,
        p99,
        f"{memory:.0f}",
    ]


def requests(seen: list[Inside], sizes: Tour) -> str:
    """What each request sends to the database and to the browser."""
    wire = [exchange for kind in sizes.values() for exchange in kind]
    heads = ["request", "status", "statements", "of these", "and around them", "compressed", "bytes"]
    rows = [
        [f"{one.exchange.method} {one.exchange.path}", one.exchange.status, one.total, listed(one.statements),
         listed(one.frame), one.compressed, sent.size]
        for one, sent in zip(seen, wire, strict=True)
    ]  # fmt: skip
    most = {method: max(one.total for one in seen if one.exchange.method == method) for method in STATEMENTS}
    compressed = max(one.compressed for one in seen)
    first_view = sum(exchange.size for exchange in sizes["files"])
    return (
        "\n## SQL statements and bytes of each request\n\n"
        + table(heads, rows)
        + "".join(f"\nMost in a {method}: {against(most[method], goal)}." for method, goal in STATEMENTS.items())
        + f"\nMost compressions in a request: {against(compressed, 1)}."
        + f"\nFirst view with its files, Brotli: {against(first_view, FIRST_VIEW)} bytes.\n"
    )


def listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{n} {word}" for word, n in counts.items())


def load(found: Load) -> str:
    """The spread of waiting times near the capacity."""
    heads = ["requests", "number", "p50 ms", "p99 ms", "p99 / p50"]
    rows = []
    for name, methods in {"all": ("GET", "POST"), "GET": ("GET",), "POST": ("POST",)}.items():
        seconds = [exchange.seconds for exchange in found.requests if exchange.method in methods]
        p50, p99 = milliseconds(seconds)
        spread = float(p99) / float(p50)
        rows.append([name, len(seconds), p50, p99, against(spread, SPREAD if name == "all" else None)])
    capacity, offered = found.capacity, SHARE * found.capacity
    return (
        f"\n## Waiting times at {SHARE:.0%} load\n\n"
        f"Capacity: {capacity:.1f} journeys/s, login and registration in turn, visitors on the same machine.\n"
        f"Then {offered:.1f}/s came by chance (Poisson), the latest {1000 * found.late:.0f} ms late;\n"
        f"other programs used {found.others:.0%} of the cores.\n\n" + table(heads, rows)
    )


def growth(found: dict[str, Samples]) -> str:
    """What more accounts cost."""
    small, *_, large = found
    few, many = found[small], found[large]
    rows = [
        [kind, f"{median(s.cpu for s in few[kind]):.1f}", f"{median(s.cpu for s in many[kind]):.1f}",
         against(ratio(many[kind], few[kind]), GROWTH)]
        for kind in KINDS
    ]  # fmt: skip
    heads = ["journey", f"CPU ms at {small}", f"CPU ms at {large}", "ratio"]
    return "\n## The same at any size\n\n" + table(heads, rows)
