"""The inspection of pages finds what it is there to find."""

import pytest

from tests.machine.faults import faults
from tests.machine.html import Page
from tests.machine.visitor import filled_in

GOOD = """<!doctype html><html lang="vi"><head><title>Số điện thoại</title>
<script src="/a.js"></script></head>
<body><h1>Số điện thoại</h1><img src="/logo.svg" alt=""><form method="post" action="/phone">
<input type="hidden" name="csrf_token" value="t">
<label for="phone">Số</label><input id="phone" name="phone" value="090">
<label><input type="radio" name="who" value="citizen" checked> Công dân</label>
<label><input type="radio" name="who" value="organisation"> Tổ chức</label>
<label for="note">Ghi chú</label><textarea id="note" name="note">
một  hai</textarea><button>Tiếp tục</button></form></body></html>"""


def test_a_good_page_has_no_fault() -> None:
    assert list(faults(Page(GOOD))) == []


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("<h1>", "<h2>", "0 <h1> instead of one"),
        ("<h1>", "<h1>Một</h1><h1>", "2 <h1> instead of one"),
        ("<title>Số điện thoại</title>", "", "no title"),
        (' lang="vi"', "", "no language"),
        ('id="note"', 'id="phone"', "an id that stands twice"),
        ('for="phone"', 'for="other"', "no label"),
        (' alt=""', "", "no alternative text"),
        (' src="/a.js"', "", "an inline script without nonce"),
        ("<button>", '<button onclick="go()">', "an inline handler"),
        ("<h1>", '<h1 style="color: red">', "an inline style"),
        ("<h1>", '<div class="error-summary"></div><h1>', "the title does not tell of the error"),
    ],
)
def test_each_fault_is_found(before: str, after: str, sentence: str) -> None:
    found = list(faults(Page(GOOD.replace(before, after, 1))))
    assert any(fault.startswith(sentence) for fault in found), found


def test_an_untouched_form_sends_what_a_browser_would() -> None:
    page = Page(GOOD)
    assert filled_in(page, page.all("form")[0]) == {
        "csrf_token": "t",
        "phone": "090",
        "who": "citizen",
        "note": "một  hai",
    }
