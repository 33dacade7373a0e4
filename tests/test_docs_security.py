"""docs/security.md tells what is so: its tests exist, its files too, and no attack test is missing from it."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text()
ATTACK = re.compile(r"test_(?:[A-Z]\d+_)*[ABCD]\d+_")


def all_tests() -> set[str]:
    """Every test, as the page names it."""
    paths = (ROOT / "tests").rglob("test_*.py")
    return {
        f"{path.relative_to(ROOT / 'tests')}::{name}"
        for path in paths
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }


def test_every_test_named_there_exists() -> None:
    named = set(re.findall(r"`([\w/]+\.py::\w+)`", PAGE))
    assert len(named) > 100
    assert named - all_tests() == set()


def test_every_attack_test_is_listed() -> None:
    attacks = {test for test in all_tests() if ATTACK.match(test.partition("::")[2])}
    assert len(attacks) > 50
    assert {test for test in attacks if f"`{test}`" not in PAGE} == set()


def test_every_file_named_there_exists() -> None:
    rows = [line.split("|")[3] for line in PAGE.splitlines() if re.match(r"\| [PR]\d", line)]
    files = {file for row in rows for file in re.findall(r"[\w/]+\.py", row)}
    assert len(files) > 10
    assert [file for file in files if not (ROOT / "onboarding" / file).exists()] == []


def test_every_parameter_and_rule_says_what_shows_it() -> None:
    rows = [line.split("|") for line in PAGE.splitlines() if re.match(r"\| [PRABCDE]\d", line)]
    shown = [row for row in rows if len(row) > 4]
    assert [row[1] for row in shown if "::" not in row[-2]] == []


def test_a_guess_is_worth_what_is_published() -> None:
    codes, live, tries, closed = 10**6, 5, 5, 100
    assert f"1 in 10^{len(str(codes)) - 1}" in PAGE
    assert f"{live} in 10^6" in PAGE
    assert f"{live * tries} in 10^6 at most" in PAGE
    assert live * closed / codes == 5 / 10**4
