"""A test person, who walks the portal's forms by plain HTTP as a browser would."""

import urllib.error
import urllib.request
from collections.abc import Iterable
from html.parser import HTMLParser
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from typing import IO, Any, Protocol
from urllib.parse import urlencode, urljoin

WAIT = 60  # seconds for a page
REDIRECTS = (301, 302, 303, 307, 308)
STEPS = ("answer", "number", "code", "decision")  # the fields by which the pages of the way are known
Attributes = Iterable[tuple[str, str | None]]


class Portal(Protocol):
    """What a person needs of the sandbox."""

    url: str

    def messages(self, number: str) -> list[dict[str, Any]]:
        """See `Sandbox.messages`."""
        ...

    def code(self, number: str, after: list[dict[str, Any]] | None = None) -> str:
        """See `Sandbox.code`."""
        ...


class NotSignedIn(Exception):
    """The way ended at a page that is none of the sign-in by telephone; `page` is its HTML."""

    def __init__(self, title: str, page: str) -> None:
        super().__init__(title)
        self.page = page


class Forms(HTMLParser):
    """The forms of a page that are sent by POST, and its title."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.title = ""
        self.forms: list[Form] = []
        self._in_title, self._open = False, False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """A form, or a part of one."""
        given = {name: value or "" for name, value in attrs}
        self._in_title = tag == "title"
        if tag == "form":
            self._open = given.get("method", "").lower() == "post"
            if self._open:
                self.forms.append(Form(given.get("action", "")))
        elif self._open and tag in ("input", "button") and "name" in given:
            self.forms[-1].add(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """The end of one."""
        self._in_title = False
        self._open = self._open and tag != "form"

    def handle_data(self, data: str) -> None:
        """Text: the title's is kept."""
        self.title += data if self._in_title else ""


class Form:
    """A form: where it goes, what it asks for, and what it sends if nobody touches it."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.asked: set[str] = set()
        self.fields: dict[str, str] = {}

    def add(self, tag: str, given: dict[str, str]) -> None:
        """A field or a button."""
        self.asked.add(given["name"])
        kind = given.get("type", "text")
        if tag == "input" and (kind not in ("radio", "checkbox") or "checked" in given):
            self.fields[given["name"]] = given.get("value", "")


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: whoever asks sees each of them."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Not this one either."""


class Person:
    """Somebody with an account and a browser of their own, which stays signed in."""

    def __init__(
        self, portal: Portal, number: str, name: str = "", national_id: str = "", birth_date: str = ""
    ) -> None:
        self.number, self.name = number, name
        self.national_id, self.birth_date = national_id, birth_date
        self._portal = portal
        self._open = urllib.request.build_opener(Stay, urllib.request.HTTPCookieProcessor(CookieJar())).open

    def sign_in(self, authorization_url: str, *, agree: bool = True) -> str:
        """Do what a service asks for; returns the address at which it gets its answer. Raises NotSignedIn."""
        before, walked = self._portal.messages(self.number), set[str]()
        known = {"answer": "phone", "number": self.number, "decision": "allow" if agree else "deny"}
        address, page = self._go(authorization_url)
        while address.startswith(self._portal.url):
            step, form = form_of(page, walked)
            walked.add(step)
            answer = self._portal.code(self.number, before) if step == "code" else known[step]
            address, page = self._go(urljoin(address, form.action), form.fields | {step: answer})
        return address

    def _go(self, address: str, fields: dict[str, str] | None = None) -> tuple[str, str]:
        """Open an address and follow redirects within the portal; where it ends, and the page there."""
        body = urlencode(fields).encode() if fields else None
        while address.startswith(self._portal.url):
            try:
                with self._open(address, body, timeout=WAIT) as answer:
                    return address, answer.read().decode()
            except urllib.error.HTTPError as other:
                with other:
                    if other.code not in REDIRECTS:
                        raise NotSignedIn(f"{address}: {other}", other.read().decode()) from None
                    address, body = urljoin(address, other.headers["Location"]), None
        return address, ""


def form_of(page: str, walked: set[str]) -> tuple[str, Form]:
    """The step that a page asks for, and its form. Raises NotSignedIn where it is none, or one that was done."""
    found = Forms(page)
    for form in found.forms:
        for step in STEPS:
            if step in form.asked and step not in walked:
                return step, form
    raise NotSignedIn(found.title, page)
