"""The rooms of the house: imports go down only, never sideways, and never hide inside a function."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "onboarding"
LEVELS = {
    1: {
        "onboarding",
        "app",
        "cli",
        "serving",
        "front",
        "installation",
        "resealing",
        "doctor",
        "housekeeping",
        "migrations",
        "sites",
    },
    2: {"api", "journey", "portal", "citizen", "console", "delivery", "health", "oidc", "opencps", "sandbox"},
    3: {"accounts", "sms", "signatures", "token_agent"},
    4: {"db", "engines", "sealed", "turns", "work", "web", "errors", "config", "environment"},
    5: {"clock", "resources", "strict_json"},
}
LEVEL = {room: level for level, rooms in LEVELS.items() for room in rooms}
GROUND = 4  # from here down the files are one floor: they may lean on each other, but never in a ring
MODULES = sorted(PACKAGE.rglob("*.py"))
VERSIONS = set(PACKAGE.glob("migrations/versions/*.py"))


def name_of(path: Path) -> str:
    """The dotted name of a module."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    """The room that a module of ours is in; `onboarding` for the front door itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


def imports(path: Path) -> Iterator[str]:
    """The modules of ours that a module imports when it runs, not what the type checker alone reads."""
    for node in running(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports by dots"
            names = [whole(node.module or "", alias.name) for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == "onboarding")


def running(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below a node, without the blocks under TYPE_CHECKING."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield child
            yield from running(child)


def whole(module: str, name: str) -> str:
    """What `from module import name` imports: the module of that name if there is one, else the first one."""
    inner = PACKAGE.parent.joinpath(*module.split("."), name)
    return f"{module}.{name}" if inner.is_dir() or inner.with_suffix(".py").is_file() else module


def allowed(importer: str, imported: str) -> bool:
    """Whether one room may import another."""
    above, below = LEVEL[importer], LEVEL[imported]
    return importer == imported or below > above or (below == above and above in (1, GROUND))


def test_imports_go_down_only_never_sideways() -> None:
    edges = [(name_of(path), imported) for path in MODULES for imported in imports(path)]
    assert {room_of(module) for edge in edges for module in edge} <= LEVEL.keys()
    assert [edge for edge in edges if not allowed(*map(room_of, edge))] == []


@pytest.mark.parametrize(
    ("importer", "imported", "may"),
    [
        ("cli", "journey", True),
        ("journey", "accounts", True),
        ("journey", "journey", True),
        ("db", "sealed", True),
        ("journey", "portal", False),
        ("accounts", "sms", False),
        ("accounts", "journey", False),
        ("web", "accounts", False),
        ("clock", "config", False),
    ],
)
def test_the_rule_itself(importer: str, imported: str, may: bool) -> None:
    assert allowed(importer, imported) is may


def test_no_module_imports_itself_by_way_of_others() -> None:
    known = {name_of(path): path for path in MODULES}
    graph = {name: {other for other in imports(path) if other in known} for name, path in known.items()}
    while leaves := {name for name, others in graph.items() if not others & graph.keys()}:
        graph = {name: others for name, others in graph.items() if name not in leaves}
    assert not graph, f"a ring among {sorted(graph)}"


def test_nothing_is_imported_inside_a_function() -> None:
    assert [place for path in MODULES for place in hidden_imports(path)] == []


def hidden_imports(path: Path) -> list[str]:
    """Where a module imports inside a function."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    within = [node for function in functions for node in ast.walk(function)]
    return [f"{path}:{node.lineno}" for node in within if isinstance(node, ast.Import | ast.ImportFrom)]


def test_a_rooms_door_has_a_docstring_and_no_work_of_its_own() -> None:
    doors = {path: ast.parse(path.read_text()) for path in MODULES if path.name == "__init__.py"}
    assert [path for path, door in doors.items() if not ast.get_docstring(door)] == []
    doors.pop(PACKAGE / "__init__.py", None)
    work = (ast.FunctionDef, ast.ClassDef, ast.If, ast.For)
    assert [path for path, door in doors.items() if any(isinstance(node, work) for node in door.body)] == []


def test_a_table_comes_with_those_that_it_refers_to() -> None:
    """A command loads its own rooms only: by a name alone, a table that nobody has loaded would not be found."""
    by_name = {path.stem for path in MODULES if 'ForeignKey("' in path.read_text()} - {
        path.stem for path in VERSIONS
    }
    assert by_name == {"sign_ins"}, "certificates end sign-ins, so these cannot load them"
