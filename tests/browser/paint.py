"""When a page is painted on an old telephone with a poor line. A figure for the report, never a test."""

from playwright.sync_api import CDPSession, Page

LATENCY = 400  # milliseconds until an answer begins
SPEED = 400_000 / 8  # bytes in a second
SLOWER = 4  # times than this computer
LARGEST = """() => new Promise(tell => {
    new PerformanceObserver(seen => tell(seen.getEntries().at(-1).startTime))
        .observe({ type: "largest-contentful-paint", buffered: true });
})"""
LINE = {"offline": False, "latency": LATENCY, "downloadThroughput": SPEED, "uploadThroughput": SPEED}
NO_LIMIT = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}


def largest(page: Page, address: str) -> float:
    """Seconds until the largest thing of the page is painted, nothing of it in the cache.

    The line is slow in truth. The telephone is reckoned: what the processor had to do takes so much longer there.
    A browser that is told to be slow spins instead, even while the line is waited for.
    """
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    try:
        before = worked(session)
        page.goto(address, wait_until="load")
        page.bring_to_front()  # what nobody looks at is not painted
        painted = float(page.evaluate(LARGEST)) / 1000
        return painted + (SLOWER - 1) * (worked(session) - before)
    finally:
        session.send("Network.emulateNetworkConditions", NO_LIMIT)
        session.detach()


def worked(session: CDPSession) -> float:
    """Seconds that the processor has worked for the page."""
    told = session.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in told if one["name"] == "TaskDuration"))
