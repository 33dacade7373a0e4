"""What the documents say is what the code has."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner

from onboarding import cli
from onboarding.config import PREFIX, SETTINGS
from onboarding.journey.table import TABLE
from onboarding.sms.gateways import GATEWAYS

ROOT = Path(__file__).parent.parent
OURS = [path for path in sorted((ROOT / "docs").rglob("*.md")) if "node_modules" not in path.parts]
PAGES = [*ROOT.glob("*.md"), *OURS]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)|src=\"(?!https?:)([^\"]+)\"")


def printed(*arguments: str) -> str:
    """What a command prints."""
    result = CliRunner().invoke(cli.main, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def page(path: Path) -> str:
    """A page's path within the project."""
    return str(path.relative_to(ROOT))


def test_the_table_of_settings_is_the_code_s() -> None:
    table = re.search(
        r"^\| setting .*?\n\n", (ROOT / "docs" / "settings.md").read_text(), re.DOTALL | re.MULTILINE
    )
    assert table is not None
    renew = "docs/settings.md is not what the code has; put there what `onboarding settings` prints"
    assert table[0].strip() == printed("settings").strip(), renew


def test_the_picture_of_the_journey_is_the_code_s() -> None:
    drawn = (ROOT / "docs" / "pictures" / "journey.svg").read_text()
    renew = "renew it: onboarding journey --format svg > docs/pictures/journey.svg"
    assert drawn == printed("journey", "--format", "svg"), renew


@pytest.mark.parametrize("path", PAGES, ids=page)
def test_links_lead_somewhere(path: Path) -> None:
    targets = [unquote(target or source) for target, source in LINK.findall(path.read_text())]
    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=page)
def test_settings_that_a_page_names_exist(path: Path) -> None:
    named = set(re.findall(rf"{PREFIX}([A-Z_]+[A-Z])", path.read_text()))
    of_the_tests = {"TEST_VECTORS"}
    assert named - {known.name.upper() for known in SETTINGS} - of_the_tests == set()


@pytest.mark.parametrize("path", PAGES, ids=page)
def test_commands_that_a_page_names_exist(path: Path) -> None:
    known = set(cli.main.list_commands(cli.click.Context(cli.main)))
    named = re.findall(r"(?:^|`|\. )(?:\.venv/bin/)?onboarding ([a-z-]+)", path.read_text(), re.MULTILINE)
    assert set(named) - known == set()


@pytest.mark.parametrize("path", PAGES, ids=page)
def test_files_that_a_page_names_exist(path: Path) -> None:
    named = re.findall(r"`((?:onboarding|templates|static|tests|docs)/[a-z0-9_/.-]*)`", path.read_text())
    assert [name for name in named if not (ROOT / name).exists()] == []


COMMANDS = ["run", "test", "check", "bench", "lighthouse", "pictures", "lock", "messages", "clean"]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_s_commands_are_the_makefile_s(command: str) -> None:
    named = re.findall(r"make ([a-z]+)", "".join(path.read_text() for path in PAGES))
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(named) <= set(targets)
    assert command in targets


def test_every_step_and_gateway_can_be_found_in_the_documents() -> None:
    drawn = (ROOT / "docs" / "pictures" / "journey.svg").read_text()
    assert [name for name in TABLE if f">{name}<" not in drawn] == []
    operations = (ROOT / "docs" / "operations.md").read_text()
    assert [name for name in GATEWAYS if f"`{name}`" not in operations] == []


LOCKS = [
    *ROOT.glob("requirements*.txt"),
    ROOT / "bench" / "allauth" / "requirements.txt",
    ROOT / "bench" / "node" / "package-lock.json",
    ROOT / "docs" / "examples" / "node" / "package-lock.json",
    ROOT / "tests" / "machine" / "node" / "package-lock.json",
]


@pytest.mark.parametrize("path", LOCKS, ids=page)
def test_a_lock_names_packages_versions_and_hashes_only(path: Path) -> None:
    assert "://" not in path.read_text(encoding="utf-8")
