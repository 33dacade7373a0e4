"""The Nu HTML checker finds what it is there for."""

from collections.abc import Iterator

import pytest

from tests.machine import nu
from tests.machine.test_faults import GOOD


@pytest.fixture(scope="module")
def checker() -> Iterator[nu.Checker]:
    """A running checker."""
    with nu.running() as checker:
        yield checker


def test_a_good_page_has_no_fault(checker: nu.Checker) -> None:
    assert checker.faults(GOOD) == []


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('<img src="/logo.svg" alt="">', '<img src="/logo.svg">', "An “img” element must have an “alt” attribute"),
        ("<button>", '<button href="/">', "Attribute “href” not allowed"),
        ("</form>", "</p></form>", "No “p” element in scope"),
        ("<h1>", "<span><div></div></span><h1>", "Element “div” not allowed as child of element “span”"),
    ],
)
def test_each_fault_is_told_with_its_place(checker: nu.Checker, before: str, after: str, sentence: str) -> None:
    found = checker.faults(GOOD.replace(before, after, 1))
    assert any(fault.startswith(sentence) for fault in found), found
