"""Has Lighthouse judge the portal page and every step: `make lighthouse`.

A citizen walks the journey in a browser; at each step Lighthouse opens the same page with the same cookies, on a
slow line and a slow telephone as it simulates them. The server is one of its own, thrown away afterwards.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.citizen import Citizen
from tests.machine import chromium
from tests.machine.server import Server, free_port

PROGRAM = Path(__file__).parent / "node" / "node_modules" / ".bin" / "lighthouse"
GOALS = {"accessibility": 100, "best-practices": 100, "performance": 98}
TRIES = 3
OPTIONS = ("--quiet", "--output=json", f"--only-categories={','.join(GOALS)}")


def steps(citizen: Citizen) -> Iterator[str]:
    """Walk to each page, and say its name while the browser is there."""
    page = citizen.page
    page.goto("/")
    yield "portal"
    page.goto("/onboarding/account")
    yield "account"
    for answer in ("with-phone", "with-card", "with-usb", "with-nothing"):
        citizen.choose("guided-help")
        yield from ["guided-help"] * (answer == "with-phone")
        page.locator(f"[name=at_hand][value={answer}]").check()
        citizen.go_on()
        yield answer
    page.goto("/onboarding/call-back")
    yield "call-back"
    citizen.choose("usb")
    yield "usb"
    citizen.choose("phone")
    yield "phone"
    citizen.enter_number()
    yield "phone-code"
    citizen.enter_code()
    yield "no-account"
    yield from registering(citizen)


def registering(citizen: Citizen) -> Iterator[str]:
    """The steps from the number that is proven to the account."""
    page = citizen.page
    citizen.go_on()
    yield "who"
    page.locator("[name=kind][value=organisation]").check()
    citizen.go_on()
    yield "organisation"
    page.go_back()
    page.locator("[name=kind][value=citizen]").check()
    citizen.go_on()
    yield "citizen"
    citizen.tell_who()
    yield "consent"
    page.locator("[name=consent]").check()
    citizen.go_on()
    yield "check-answers"
    citizen.go_on()
    yield "registered"
    page.goto("/account")
    yield "my account"


def judge(page: Page, port: int, folder: Path) -> dict[str, int]:
    """Lighthouse's scores of the page where the browser is, in percent."""
    report = folder / "report.json"
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
    headers = f"--extra-headers={json.dumps({'Cookie': cookies})}"
    command = [str(PROGRAM), page.url, f"--port={port}", *OPTIONS, headers, f"--output-path={report}"]
    for _ in range(TRIES):  # on a busy machine it sometimes misses the start of the page
        if subprocess.run(command, check=False, timeout=180).returncode == 0:
            break
    found = json.loads(report.read_text(encoding="utf-8"))
    report.unlink()
    assert found["finalDisplayedUrl"] == page.url, "the journey was lost"
    for goal in GOALS:
        for audit in found["categories"][goal]["auditRefs"]:
            told = found["audits"][audit["id"]]
            if goal != "performance" and audit["weight"] and told["score"] == 0:
                print(f"  {page.url}: {told['title']}")
    return {goal: round(100 * found["categories"][goal]["score"]) for goal in GOALS}


def best(page: Page, port: int, folder: Path) -> dict[str, int]:
    """The scores of a page; one that misses the goal is judged again, because other work only takes away."""
    scores = judge(page, port, folder)
    for _ in range(TRIES - 1):
        if all(scores[goal] >= least for goal, least in GOALS.items()):
            break
        scores = max(scores, judge(page, port, folder), key=lambda one: one["performance"])
    return scores


def main() -> None:
    """Print the table; the exit status says whether all goals are met."""
    port, short = free_port(), []
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(Path(folder)) as server,
        chromium.running(f"--remote-debugging-port={port}") as browser,
    ):
        page = browser.new_context(base_url=server.url, locale="vi-VN").new_page()
        print(f"{'page':20}" + "".join(f"{goal:>16}" for goal in GOALS))
        for name in steps(Citizen(page, server)):
            scores = best(page, port, Path(folder))
            print(f"{name:20}" + "".join(f"{score:16d}" for score in scores.values()), flush=True)
            short += [name] * any(scores[goal] < least for goal, least in GOALS.items())
    if short:
        sys.exit(f"below the goal ({GOALS}): {', '.join(short)}")


if __name__ == "__main__":
    main()
