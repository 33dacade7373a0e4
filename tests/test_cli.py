"""The `onboarding` command, as somebody meets it at a terminal."""

import base64
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect

from onboarding import cli, environment
from onboarding.engines import make_engine
from onboarding.migrations import schema
from tests.machine.server import PROGRAM, clean_environ
from tests.test_environment import production

COMMANDS = (
    "accounts", "accounts import",
    "audit", "audit head", "audit verify", "client", "client add", "client change-key", "client end",
    "client list", "client new-secret", "db", "db upgrade",
    "doctor", "journey", "keys", "send-messages", "serve", "settings", "sites", "sites load", "sites portlets",
    "staff", "staff add", "staff link", "sandbox", "sandbox seed", "sandbox token", "token-agent",
)  # fmt: skip


def call(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder, with these settings only."""
    return subprocess.run(
        [str(PROGRAM), *arguments],
        env=clean_environ() | environ, cwd=folder, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def helped(*arguments: str) -> str:
    """What `--help` prints where nothing is set."""
    unset = {"ONBOARDING_MODE": None}  # so that what the sandbox's part sets is taken back
    result = CliRunner().invoke(cli.main, [*arguments, "--help"], env=unset, prog_name="onboarding")
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands run in an empty folder."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    shown = helped(*name.split())
    assert shown.startswith(f"Usage: onboarding {name} ")
    assert "Options:" in shown


def test_the_list_of_commands_has_each_with_a_sentence() -> None:
    listed = helped().partition("Commands:\n")[2].splitlines()
    told = {line.split()[0]: line.split()[1:] for line in listed if line.startswith("  ") and line[2] != " "}
    assert told.keys() == {name.split()[0] for name in COMMANDS}
    assert all(told.values())


def test_the_commands_say_the_same_of_themselves_as_the_list_says() -> None:
    for name, (_place, sentence) in (cli.ROOMS | cli.PARTS).items():
        assert sentence in " ".join(helped(name).split())


PARTS = ("pkcs11", "websockets", "onboarding.sandbox", "onboarding.token_agent")
PORTAL = ("flask", "sqlalchemy", "onboarding.app")


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--help"], PARTS + PORTAL),
        (["journey"], PARTS),
        (["doctor"], PARTS),
        (["keys"], PARTS + PORTAL),
        (["token-agent", "--help"], PORTAL),
        (["staff", "--help"], ("onboarding.app", "onboarding.journey")),
    ],
)
def test_nothing_is_loaded_that_is_not_called(arguments: list[str], absent: tuple[str, ...]) -> None:
    script = (
        "import sys\nfrom onboarding.cli import main\n"
        f"main({arguments!r}, standalone_mode=False)\n"
        f"print('LOADED', [name for name in sys.modules if name.startswith({absent!r})])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=clean_environ(), capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_without_the_extra_a_part_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    monkeypatch.delitem(sys.modules, "onboarding.token_agent.cli", raising=False)
    monkeypatch.delitem(sys.modules, "onboarding.token_agent.token", raising=False)
    with pytest.raises(cli.click.ClickException, match=r"install onboarding\[token\]"):
        cli.part("token-agent")


@pytest.mark.parametrize("arguments", [["seed", "--accounts", "1"], ["token", "--dir", "token"], ["--help"]])
@pytest.mark.parametrize("said", [{}, {"MODE": "production"}])
def test_R31_production_has_no_sandbox_commands(
    tmp_path: Path, arguments: list[str], said: dict[str, str]
) -> None:
    result = CliRunner().invoke(cli.main, ["sandbox", *arguments], env=production(**said))
    assert result.exit_code == 1
    assert "set ONBOARDING_MODE=sandbox" in result.output
    assert list(tmp_path.iterdir()) == []


def test_R31_a_whole_production_is_not_served_as_a_sandbox(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli.main, ["serve", "--sandbox"], env=production(SMS_FILE="messages.jsonl"))
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "a production's settings" in result.output
    assert list(tmp_path.iterdir()) == []


def test_R31_without_a_mode_only_what_a_sandbox_made_is_one(tmp_path: Path) -> None:
    here = {"ONBOARDING_INSTANCE": str(tmp_path)}
    database = {"ONBOARDING_DATABASE_URL": "postgresql://db.internal/onboarding"}
    assert environment.may_play(here), "the first command in a fresh checkout"
    assert not environment.may_play(here | database)
    (tmp_path / "onboarding.db").touch()
    assert not environment.may_play(here), "somebody else's folder"
    (tmp_path / environment.SANDBOX_KEYS).touch()
    assert environment.may_play(here | database)
    for name in ("SECRET_KEY", "DATA_KEYS", "INDEX_KEY", "TRUST"):
        assert not environment.may_play(here | {f"ONBOARDING_{name}": "set"})


@pytest.mark.parametrize("arguments", [["serve"], ["send-messages"], ["db", "upgrade"]])
def test_missing_settings_end_a_command_with_one_list(tmp_path: Path, arguments: list[str]) -> None:
    result = CliRunner().invoke(cli.main, arguments)
    assert result.exit_code == 1
    assert result.output.count("\n- ONBOARDING_") == 5
    assert isinstance(result.exception, SystemExit)
    assert list(tmp_path.iterdir()) == []


DOWN = {"ONBOARDING_DATABASE_URL": "postgresql://portal:hunter2@127.0.0.1:1/portal"}
NEED_THE_DATABASE = (
    "staff add Lan --role helper", "client list", "audit verify", "db reseal", "sites portlets",
    "sites load sites.toml", "accounts import people.csv",
)  # fmt: skip


@pytest.mark.parametrize("command", ["db upgrade", NEED_THE_DATABASE[0], NEED_THE_DATABASE[-1]])
def test_a_database_that_is_down_ends_a_command_with_one_line(tmp_path: Path, command: str) -> None:
    (tmp_path / "people.csv").touch()
    result = CliRunner().invoke(cli.main, command.split(), env=production() | DOWN)
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert result.output.startswith("Error: The database does not answer or lacks our schema (OperationalError).")
    assert "hunter2" not in result.output


@pytest.mark.parametrize("command", NEED_THE_DATABASE)
def test_a_missing_schema_ends_a_command_with_one_line(tmp_path: Path, command: str) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "people.csv").touch()
    (tmp_path / "sites.toml").write_text("[portal]\n")
    result = CliRunner().invoke(cli.main, command.split(), env=production())
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "`onboarding db upgrade`" in result.output


@pytest.mark.parametrize(("command", "folder"), [("serve", "instance"), ("send-messages", "elsewhere")])
def test_nothing_is_served_from_an_older_schema(tmp_path: Path, command: str, folder: str) -> None:
    (tmp_path / folder).mkdir()
    result = CliRunner().invoke(cli.main, [command], env=production(SMS_FILE="messages.jsonl"))
    assert result.exit_code == 1
    assert "older schema, or none; run `onboarding db upgrade` first" in result.output


def test_fresh_keys_are_what_production_asks_for() -> None:
    lines = dict(line.split("=", 1) for line in CliRunner().invoke(cli.main, ["keys"]).output.splitlines())
    assert lines.keys() == {"ONBOARDING_SECRET_KEY", "ONBOARDING_DATA_KEYS", "ONBOARDING_INDEX_KEY"}
    assert len(set(lines.values())) == 3
    assert {len(base64.b64decode(key)) for key in lines.values()} == {32}
    assert environment.read(production() | lines).data_keys == lines["ONBOARDING_DATA_KEYS"]


def test_the_database_is_made_and_brought_up_to_date_again(tmp_path: Path) -> None:
    for _ in range(2):
        done = call(tmp_path, "db", "upgrade", **production())
        assert done.returncode == 0, done.stderr
    engine = make_engine(f"sqlite:///{tmp_path / 'instance' / 'onboarding.db'}")
    with engine.connect() as connection:
        assert schema.current(connection) == schema.newest()
        assert "accounts" in inspect(connection).get_table_names()
    engine.dispose()


@pytest.mark.parametrize(
    ("form", "beginning"),
    [("text", "account -> guided-help, register, phone, usb\n"), ("mermaid", "flowchart LR\n"), ("svg", "<svg ")],
)
def test_the_journey_is_drawn_without_any_setting(form: str, beginning: str) -> None:
    result = CliRunner().invoke(cli.main, ["journey", "--format", form])
    assert result.exit_code == 0, result.output
    assert result.output.startswith(beginning)
