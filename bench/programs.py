"""The programs that are measured: how each is seeded and started, and the journeys through it."""

import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bench.walker import Exchange, Journey

ROOT = Path(__file__).parent.parent
BENCH = ROOT / "bench"
MADE = ROOT / ".cache" / "bench"
OURS = Path(sys.executable).parent
PEERS = MADE / "allauth" / "bin"
GUNICORN = (
    *("--bind", "127.0.0.1:{port}", "--worker-class", "gthread"),
    *("--workers", "2", "--threads", "4", "--no-control-socket"),
)
KINDS = ("login", "registration")


@dataclass(frozen=True)
class Program:
    """A web server. `{port}`, `{folder}`, `{database}` and `{accounts}` in its texts are filled in.

    `shape` are the files on which the seeded data depend.
    """

    name: str
    title: str
    folder: Path
    environ: dict[str, str]
    seed: tuple[tuple[str, ...], ...]
    start: tuple[str, ...]
    ready: str
    journeys: dict[str, Journey]
    shape: tuple[Path, ...]


def portal() -> Program:
    """The program of this repository, with everything on, limits per address included."""
    onboarding = str(OURS / "onboarding")
    return Program(
        name="onboarding",
        title="`onboarding serve`",
        folder=ROOT,
        environ={
            "ONBOARDING_MODE": "sandbox",
            "ONBOARDING_INSTANCE": "{folder}",
            "ONBOARDING_DATABASE_URL": "{database}",
            "ONBOARDING_PUBLIC_URL": "http://127.0.0.1:{port}",
            "ONBOARDING_TRUSTED_PROXIES": "1",
            "ONBOARDING_SMS_GATEWAY": "file",
            "ONBOARDING_SMS_FILE": "{folder}/messages",
            "ONBOARDING_SMS_DAILY_BUDGET": "1000000",
            "ONBOARDING_SMS_PREFIX_BUDGET": "1000000",
        },
        seed=((onboarding, "db", "upgrade"), (onboarding, "sandbox", "seed", "--accounts", "{accounts}")),
        start=(onboarding, "serve", "--sandbox", "--port", "{port}", "--workers", "2"),
        ready="/health/ready",
        journeys={
            "login": Journey(
                ("/onboarding/account", {"answer": "phone"}, {"number": "{phone}"}, {"code": "{code}"}),
                "data-account-state",
            ),
            "registration": Journey(
                (
                    "/onboarding/account",
                    {"answer": "register"},
                    {"number": "{phone}"},
                    {"code": "{code}"},
                    {"kind": "citizen"},
                    {
                        "name": "{name}",
                        "birth_day": "{day}",
                        "birth_month": "{month}",
                        "birth_year": "{year}",
                        "national_id": "{national_id}",
                    },
                    {"consent": "y"},
                    {},
                ),
                'href="/account"',
            ),
        },
        shape=(
            *(ROOT / "onboarding" / "migrations" / "versions").glob("*.py"),
            ROOT / "onboarding/sandbox/people.py",
        ),
    )


def floor(ours: dict[str, list[Exchange]]) -> Program:
    """A bare Flask app that answers as many GETs and POSTs as each of our journeys has."""
    return Program(
        name="floor",
        title="floor: bare Flask on granian",
        folder=ROOT,
        environ={"FLOOR_DATABASE": "{database}"},
        seed=((sys.executable, "-m", "bench.floor", "{accounts}"),),
        start=(
            *(str(OURS / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", "{port}"),
            *("--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "bench.floor:app"),
        ),
        ready="/+84900000000",
        journeys={kind: as_many(exchanges) for kind, exchanges in ours.items()},
        shape=(BENCH / "floor.py",),
    )


def floor_on_gunicorn() -> Program:
    """The floor as the peer is deployed: on its gunicorn, with the packages of this project."""
    bare = floor({})
    return replace(
        bare,
        name="floor-gunicorn",
        title="floor: bare Flask on gunicorn",
        environ=bare.environ | {"PYTHONPATH": f"{ROOT}:{sysconfig.get_path('purelib')}"},
        start=(str(PEERS / "gunicorn"), "bench.floor:app", *GUNICORN),
    )


def as_many(exchanges: list[Exchange]) -> Journey:
    """A walk over the floor's one page with the same number of GETs and POSTs; each POST redirects to a GET."""
    posts = sum(exchange.method == "POST" for exchange in exchanges)
    gets = len(exchanges) - posts
    return Journey((*["/{known_phone}"] * (gets - posts), *[{}] * posts), "Phone number")


def allauth() -> Program:
    """The peer: Django with django-allauth's login and sign-up by phone and code, as it is usually deployed."""
    python = str(PEERS / "python")
    return Program(
        name="allauth",
        title="django-allauth on gunicorn",
        folder=BENCH / "allauth",
        environ={"DJANGO_SETTINGS_MODULE": "settings", "PEER_FOLDER": "{folder}"},
        seed=((python, "-m", "django", "migrate", "-v0", "--run-syncdb"), (python, "seed.py", "{accounts}")),
        start=(*(str(PEERS / "gunicorn"), "django.core.wsgi:get_wsgi_application()", *GUNICORN),),
        ready="/",
        journeys={
            "login": Journey(
                ("/", "/accounts/login/code/", {"phone": "{phone}"}, {"code": "{code}"}), "signed in"
            ),
            "registration": Journey(
                (
                    "/",
                    "/accounts/signup/",
                    {"phone": "{phone}", "name": "{name}", "birth_date": "{born}", "national_id": "{national_id}"},
                    {"code": "{code}"},
                ),
                "signed in",
            ),
        },
        shape=tuple((BENCH / "allauth").rglob("*.py")),
    )


def login_of(number: int, accounts: int) -> dict[str, str]:
    """Somebody who has an account: the walks are spread over the whole table (the factor is prime)."""
    i = number * 7919 % accounts
    return person(i, f"+8490{i:07d}")


def registration_of(number: int, _accounts: int) -> dict[str, str]:
    """A newcomer."""
    return person(number, f"+8491{number:07d}")


PEOPLE: dict[str, Callable[[int, int], dict[str, str]]] = {"login": login_of, "registration": registration_of}


def person(i: int, phone: str) -> dict[str, str]:
    """What person i types."""
    day, month, year = f"{1 + i % 28:02d}", f"{1 + i % 12:02d}", str(1950 + i % 50)
    return {
        "phone": phone,
        "known_phone": f"+8490{i % 1000:07d}",
        "name": "Nguyễn Thị Hoa",
        "day": day,
        "month": month,
        "year": year,
        "born": f"{year}-{month}-{day}",
        "national_id": f"0920{year[2:]}{i % 1_000_000:06d}",
    }
