"""When a page is painted on an old telephone with a poor line. A figure for the report, never a test."""

from playwright.sync_api import Page

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
    """Seconds until the largest thing of the page is painted, nothing of it in the cache."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    try:
        page.goto(address, wait_until="load")
        page.bring_to_front()  # what nobody looks at is not painted
        return float(page.evaluate(LARGEST)) / 1000
    finally:
        session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        session.send("Network.emulateNetworkConditions", NO_LIMIT)
        session.detach()
