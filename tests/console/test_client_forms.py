"""Errors of an administrator's forms: all at once, in the order of the page."""

from tests.console.test_clients import ONE, add, admin
from tests.machine.visitor import Visitor

__all__ = ["admin"]


@ONE
def test_every_wrong_address_is_named_and_the_summary_goes_down_the_page(admin: Visitor) -> None:
    add(admin, name="", redirect_uris="http://one.example/ https://right.example/ http://two.example/", reason="")
    links = [one.get("href") for one in admin.page.all("a") if (one.get("href") or "").startswith("#")]
    assert [link for link in links if link != "#main"] == ["#name", *["#redirect_uris"] * 2, "#reason"]
    assert "http://one.example/" in admin.page.text
    assert "http://two.example/" in admin.page.text
