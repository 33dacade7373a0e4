"""How long things are. The bounds are held; the medians are printed for the reader of the run."""

import ast
import re
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "onboarding").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
ASSETS = [path for kind in ("css", "js") for path in sorted((ROOT / "static").rglob(f"*.{kind}"))]


def lines(path: Path) -> int:
    """How many lines a file has."""
    return len(path.read_text().splitlines())


def name(path: Path) -> str:
    """A file's path within the project."""
    return str(path.relative_to(ROOT))


def functions(path: Path) -> dict[str, int]:
    """Every function of a file with its lines, decorators and docstring included."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            found[f"{name(path)}:{node.lineno} {node.name}"] = (node.end_lineno or first) - first + 1
    return found


def report(what: str, sizes: list[int]) -> None:
    """Print median, ninth decile and maximum."""
    ninth = quantiles(sizes, n=10)[-1] if len(sizes) > 1 else sizes[0]
    print(f"{what}: {len(sizes)}, median {median(sizes):.0f}, 9 in 10 up to {ninth:.0f}, longest {max(sizes)}")


@pytest.mark.parametrize(
    ("what", "paths", "bound"),
    [("files", SOURCES, 250), ("tests", TESTS, 250), ("templates", TEMPLATES, 120), ("assets", ASSETS, 250)],
)
def test_files_stay_short(what: str, paths: list[Path], bound: int) -> None:
    sizes = {name(path): lines(path) for path in paths}
    report(what, list(sizes.values()))
    assert {path: size for path, size in sizes.items() if size > bound} == {}


def test_functions_stay_short() -> None:
    lasting = [path for path in SOURCES if path.parent.name != "versions"]  # a migration is a list of statements
    sizes = {function: size for path in lasting for function, size in functions(path).items()}
    report("functions", list(sizes.values()))
    assert {function: size for function, size in sizes.items() if size > 40} == {}


def test_the_shared_fixtures_stay_short() -> None:
    assert lines(ROOT / "tests" / "conftest.py") < 150


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(T[O]DO|F[I]XME|X[X]X)\b")
    paths = [*SOURCES, *TESTS, *TEMPLATES, *ASSETS]
    assert [name(path) for path in paths if later.search(path.read_text())] == []
