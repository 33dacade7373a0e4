"""The wheel, alone in an empty environment, serves the same pages from another directory."""

import re
import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from tests.machine.server import Server

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    return Path(next(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `onboarding` command of an environment that has the wheel, and else only what the lock names."""
    home = tmp_path_factory.mktemp("elsewhere") / "env"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    target = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "-qq", "--no-index", "--no-deps", str(wheel)], check=True)
    # Lends the packages of the lock. The pointer to this checkout among them is not followed: paths are
    # not searched for further .pth files.
    (target / "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return home / "bin" / "onboarding"


def test_the_wheel_carries_pages_assets_and_compiled_languages(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("templates", "static"):
        expected = {
            f"onboarding/{path.relative_to(ROOT)}" for path in (ROOT / folder).rglob("*") if path.is_file()
        }
        assert expected
        assert expected <= set(names)
    assert "onboarding/translations/vi/LC_MESSAGES/messages.mo" in names
    assert "pytest_onboarding/fixtures.py" in names
    assert not [name for name in names if name.startswith("tests")]


def test_the_installed_wheel_is_what_runs(installed: Path, tmp_path: Path) -> None:
    where = subprocess.run(
        [installed.with_name("python"), "-c", "import onboarding; print(onboarding.__file__)"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert where.stdout.startswith(str(installed.parent.parent))


def test_the_installed_wheel_serves_the_same_portal(installed: Path, server: Server, tmp_path: Path) -> None:
    elsewhere = Server(tmp_path, program=installed)
    elsewhere.run("db", "upgrade")
    with elsewhere:
        for path in ("/", "/onboarding/account"):
            assert seen(elsewhere, path) == seen(server, path)


def seen(server: Server, path: str) -> tuple[list[str], list[bytes]]:
    """The words of a page, and the style sheets that it names."""
    page = fetch(f"{server.url}{path}").decode()
    sheets = re.findall(r'href="(/static/[^"]+\.css)"', page)
    assert sheets
    words = re.findall(r"<(?:h1|h2|label|title)[^>]*>([^<]+)<", page)
    return words, [fetch(f"{server.url}{sheet}") for sheet in sheets]


def fetch(url: str) -> bytes:
    """The body of a good answer."""
    with urllib.request.urlopen(url, timeout=10) as response:
        body: bytes = response.read()
        return body
