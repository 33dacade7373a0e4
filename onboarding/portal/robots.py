"""Which programs are no visitors: whatever does not call itself a browser, and what says that it is a robot.

Every browser of the last twenty years begins with `Mozilla/` or `Opera/`; robots that do so too name themselves
(robotstxt.org, "user agent", and the lists of web statistics, e.g. COUNTER's).
"""

import re

BROWSER = re.compile(r"(Mozilla|Opera)/\d")
ROBOT = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|monitor|preview|lighthouse|headless|facebookexternalhit|https?://",
    re.IGNORECASE,  # a Cubot is a telephone
)


def is_robot(user_agent: str) -> bool:
    """Whether a program is none that a person reads pages with."""
    return BROWSER.match(user_agent) is None or ROBOT.search(user_agent) is not None
