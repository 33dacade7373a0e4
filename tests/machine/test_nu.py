"""The Nu HTML checker finds what it is there for."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.machine import nu
from tests.machine.test_faults import GOOD


def test_a_good_page_has_no_fault(html: nu.Checker) -> None:
    assert html.faults(GOOD) == []


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('<img src="/logo.svg" alt="">', '<img src="/logo.svg">', "An “img” element must have an “alt” attribute"),
        ("<button>", '<button href="/">', "Attribute “href” not allowed"),
        ("</form>", "</p></form>", "No “p” element in scope"),
        ("<h1>", "<span><div></div></span><h1>", "Element “div” not allowed as child of element “span”"),
    ],
)
def test_each_fault_is_told_with_its_place(html: nu.Checker, before: str, after: str, sentence: str) -> None:
    found = html.faults(GOOD.replace(before, after, 1))
    assert any(fault.startswith(sentence) for fault in found), found


def test_one_serves_all_and_ends_after_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started, ended = [], Event()

    @contextmanager
    def made_up() -> Iterator[nu.Checker]:
        started.append(nu.Checker(f"http://{len(started)}.test/"))
        yield started[-1]
        ended.set()

    monkeypatch.setattr(nu, "running", made_up)
    place, first, second = tmp_path / "nu", ExitStack(), ExitStack()
    assert first.enter_context(nu.shared(place)) == second.enter_context(nu.shared(place)) == started[0]
    leaving = Thread(target=first.close)
    leaving.start()
    assert not ended.wait(0.2), "the second still needs it"
    second.close()
    leaving.join(10)
    assert ended.is_set()
    with nu.shared(place) as another:
        assert [another] == started[1:]
