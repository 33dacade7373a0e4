"""A page reads the same, whichever reader reads it."""

import pytest

from tests.machine.html import TEXT, Lenient, Page, Token, plain

PLAIN = """<!doctype html>
<html lang="vi"><head><title>Tài khoản &amp; hồ sơ</title><script src="/a.js" defer></script></head>
<body><svg viewBox="0 0 8 8"><linearGradient id="a"/><path d="M0 0h8"/></svg>
<label>Họ tên <input name="name" value="&quot;Ba&quot; &lt;b&gt;" required></label><br>
<textarea name="note">
một &amp; hai</textarea></body></html>"""
OTHERS = (
    "<p class=plain>một</p>",
    "<p title='một'>hai</p>",
    "<!-- <p> --><p>một</p>",
    "<script>if (a<b) c('&amp;')</script>",
    "một < hai",
    '<p title="một"lang="vi">',
    "<p",
)


def joined(tokens: list[Token]) -> list[Token]:
    """The same, with texts side by side made one."""
    found: list[Token] = []
    for token in tokens:
        if token[0] == TEXT and found and found[-1][0] == TEXT:
            found[-1] = (TEXT, found[-1][1] + token[1], {})
        else:
            found.append(token)
    return found


def test_the_quick_reader_reads_a_plain_page_as_pythons_own_does() -> None:
    assert joined(plain(PLAIN)) == joined(Lenient(PLAIN).tokens)


@pytest.mark.parametrize("html", OTHERS)
def test_it_leaves_all_else_to_pythons_own(html: str) -> None:
    assert plain(PLAIN + html) == []
    assert len(Page(PLAIN + html).elements) >= len(Page(PLAIN).elements)


def test_text_is_inside_all_that_is_open_and_an_end_ends_all_in_it() -> None:
    page = Page("<div><p>một <b>hai</p> ba</div> bốn</i>")
    assert [(element.tag, element.text) for element in page.elements] == [
        ("div", "một hai ba"),
        ("p", "một hai"),
        ("b", "hai"),
    ]
