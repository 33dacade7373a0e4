"""A visitor with a plain HTTP client on one kept-alive connection, who fills in forms and reads text messages."""

import html
import json
import random
import re
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import Lock
from urllib.parse import urlencode, urljoin, urlsplit

import brotli

HOST = "127.0.0.1"
PATIENCE = 30  # seconds for an answer, and for a text message
FORM = re.compile(r"<form\b(?=[^>]*method=\"post\")([^>]*)>(.*?)</form>", re.DOTALL | re.IGNORECASE)
HIDDEN = re.compile(r"<input\b(?=[^>]*type=\"hidden\")[^>]*>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"([a-z-]+)=\"([^\"]*)\"")


class WalkFailed(Exception):
    """A page was not what the walk expects there."""


@dataclass(frozen=True)
class Journey:
    """What a visitor does: opens addresses (text) and fills in forms (answers by name) up to the last page.

    Texts may hold `{phone}` and the like of the person who walks, and `{code}`, the newest one sent to that phone.
    """

    steps: tuple[str | dict[str, str], ...]
    last_page_has: str


@dataclass(frozen=True)
class Exchange:
    """One request and what came back; `size` is the body as it was sent, compressed or not."""

    method: str
    path: str
    status: int
    seconds: float
    size: int


@dataclass(frozen=True)
class Walk:
    """A whole journey; `began` is on the clock of `time.monotonic`."""

    began: float
    exchanges: tuple[Exchange, ...]


class Messages:
    """The text messages that a program has sent: a file of JSON objects, one a line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0
        self._lock = Lock()
        self._codes: dict[str, str] = {}

    def code(self, phone: str) -> str:
        """The code in the newest message to a phone, waited for."""
        until = time.monotonic() + PATIENCE
        while phone not in self._codes:
            if time.monotonic() > until:
                raise WalkFailed(f"no message to {phone}")
            time.sleep(0.005)
            with self._lock:
                self._read_on()
        return self._codes.pop(phone)

    def _read_on(self) -> None:
        with self._path.open("rb") as file:
            file.seek(self._read)
            whole = file.read().rpartition(b"\n")[0]
        self._read += len(whole) + bool(whole)
        for line in whole.splitlines():
            message = json.loads(line)
            if found := re.search(r"\b\d{6}\b", message["text"]):
                self._codes[message["to"]] = found[0]


class Walker:
    """A browser without JavaScript, with cookies and a network address of its own."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=PATIENCE)
        self._origin = f"http://{HOST}:{port}"
        self._cookies: dict[str, str] = {}
        self._address = "10." + ".".join(str(random.randrange(1, 255)) for _ in range(3))
        self.path = self.page = ""
        self.exchanges: list[Exchange] = []

    def walk(self, journey: Journey, person: dict[str, str], messages: Messages) -> Walk:
        """Go the whole journey as a person. Raises WalkFailed where a page is not the expected one."""
        began = time.monotonic()
        for step in journey.steps:
            if isinstance(step, str):
                self.open(step.format_map(person))
            else:
                if "{code}" in step.values():
                    person = person | {"code": messages.code(person["phone"])}
                self.submit({name: text.format_map(person) for name, text in step.items()})
        self._connection.close()
        if journey.last_page_has not in self.page:
            raise WalkFailed(f"the walk ended on {self.path}, which lacks {journey.last_page_has!r}")
        return Walk(began, tuple(self.exchanges))

    def open(self, path: str) -> None:
        """Get a page, wherever it redirects to."""
        self._follow("GET", path, "")

    def submit(self, answers: dict[str, str]) -> None:
        """Fill in and send the form of this page that asks for these answers."""
        for opening, inside in FORM.findall(self.page):
            if all(f'name="{name}"' in inside for name in answers):
                target = html.unescape(dict(ATTRIBUTE.findall(opening)).get("action", "")) or self.path
                self._follow("POST", target, urlencode(hidden_fields(inside) | answers))
                return
        raise WalkFailed(f"{self.path} has no form that asks for {', '.join(answers)}: {plain(self.page)}")

    def _follow(self, method: str, path: str, body: str) -> None:
        response = self._exchange(method, path, body)
        while response.status in (301, 302, 303):
            target = urlsplit(urljoin(self._origin + path, response.headers["Location"]))
            path = target._replace(scheme="", netloc="", fragment="").geturl()
            response = self._exchange("GET", path, "")
        if response.status != 200:
            raise WalkFailed(f"{method} {path}: {response.status}: {plain(self.page)}")
        self.path = path

    def _exchange(self, method: str, path: str, body: str) -> HTTPResponse:
        began = time.perf_counter()
        self._connection.request(method, path, body or None, self._headers(method))
        response = self._connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - began
        self.exchanges.append(Exchange(method, path, response.status, seconds, len(content)))
        self._keep_cookies(response)
        compressed = response.headers.get("Content-Encoding") == "br"
        self.page = (brotli.decompress(content) if compressed else content).decode()
        return response

    def _headers(self, method: str) -> dict[str, str]:
        headers = {"Accept-Encoding": "br", "X-Forwarded-For": self._address}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._origin}
        return headers

    def _keep_cookies(self, response: HTTPResponse) -> None:
        for line in response.headers.get_all("Set-Cookie", ()):
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value
            if not value or "max-age=0" in line.lower():
                del self._cookies[name]


def hidden_fields(form: str) -> dict[str, str]:
    """What a form sends that nobody fills in, the token against forgery for one."""
    found = [dict(ATTRIBUTE.findall(field)) for field in HIDDEN.findall(form)]
    return {field["name"]: html.unescape(field.get("value", "")) for field in found}


def plain(page: str) -> str:
    """The beginning of a page's text, to say where a walk went wrong."""
    return " ".join(re.sub(r"<head.*?</head>|<[^>]+>", " ", page, flags=re.DOTALL).split())[:300]
