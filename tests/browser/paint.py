"""When a page is painted on an old telephone with a poor line. A figure for the report, never a test."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import CDPSession, Page

LATENCY = 400  # milliseconds until an answer begins
SPEED = 400_000 / 8  # bytes in a second
SLOWER = 4  # times than this computer
# A form that leads here by a redirect is not counted: the time starts when the page itself is asked for.
LARGEST = """() => new Promise(tell => {
    const [{ fetchStart }] = performance.getEntriesByType("navigation");
    new PerformanceObserver(seen => tell(seen.getEntries().at(-1).startTime - fetchStart))
        .observe({ type: "largest-contentful-paint", buffered: true });
})"""
LINE = {"offline": False, "latency": LATENCY, "downloadThroughput": SPEED, "uploadThroughput": SPEED}
NO_LIMIT = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}


def largest(page: Page, session: CDPSession, go: Callable[[], Any]) -> float:
    """Go to a page by `go`; seconds until its largest thing is painted. `session` keeps nothing in a cache.

    The line is slow in truth. The telephone is reckoned: what the processor had to do takes so much longer there.
    A browser that is told to be slow spins instead, even while the line is waited for.
    """
    page.bring_to_front()  # what nobody looks at is not painted
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    try:
        go()
        page.wait_for_load_state("load")
        painted = float(page.evaluate(LARGEST)) / 1000
        return painted + (SLOWER - 1) * worked(session)
    finally:
        session.send("Network.emulateNetworkConditions", NO_LIMIT)


def worked(session: CDPSession) -> float:
    """Seconds that the processor has worked for the page, from its beginning."""
    told = session.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in told if one["name"] == "TaskDuration"))
