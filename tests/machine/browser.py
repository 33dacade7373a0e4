"""A plain HTTP client that goes from page to page as a browser without JavaScript does."""

import http.cookiejar
import urllib.parse
import urllib.request

from tests.machine.html import Element, Page
from tests.machine.visitor import filled_in


class Browser:
    """Keeps cookies, fills in forms and presses buttons. Addresses are relative to `url`, where it is."""

    def __init__(self, url: str, **headers: str) -> None:
        self.url = url
        self._cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        opener = urllib.request.build_opener(self._cookies)
        opener.addheaders += headers.items()
        self._open = opener.open
        self.page = Page("")

    @property
    def place(self) -> str:
        """The path of the address where it is."""
        return urllib.parse.urlsplit(self.url).path

    def cookies(self) -> list[dict[str, str]]:
        """The names and values of those that it keeps."""
        return [{"name": one.name, "value": one.value or ""} for one in self._cookies.cookiejar]

    def visit(self, address: str, data: bytes | None = None) -> Page:
        """Open an address."""
        with self._open(urllib.parse.urljoin(self.url, address), data, timeout=20) as response:
            self.page, self.url = Page(response.read().decode()), response.url
        return self.page

    def follow(self, words: str) -> Page:
        """Follow the link with these words."""
        return self.visit(next(link for link in self.page.all("a") if link.text == words).get("href"))

    def form(self, action: str = "") -> tuple[str, dict[str, str]]:
        """The first form with this in its action: where it goes, and what it would send if nobody touched it."""
        form = next(form for form in self.page.all("form") if self._posts(form) and action in form.get("action"))
        return form.get("action"), filled_in(self.page, form)

    def submit(self, action: str = "", **answers: str) -> Page:
        """Fill in such a form of the page and send it."""
        address, fields = self.form(action)
        return self.send(address, fields | answers)

    def send(self, address: str, fields: dict[str, str]) -> Page:
        """Send a form as it is."""
        return self.visit(address, urllib.parse.urlencode(fields).encode())

    def lose(self, address: str, fields: dict[str, str]) -> None:
        """Send a form whose answer is lost on its way: neither its page nor its cookie arrives."""
        jar, page, url = self._cookies.cookiejar, self.page, self.url
        kept = list(jar)
        self.send(address, fields)
        jar.clear()
        for cookie in kept:
            jar.set_cookie(cookie)
        self.page, self.url = page, url

    @staticmethod
    def _posts(form: Element) -> bool:
        return form.get("method").lower() == "post"
