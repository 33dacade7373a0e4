"""Test tokens: SoftHSM instead of a USB token, a certificate of a test issuer, the key made on the token."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import click
import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11 import Attribute
from pkcs11.util.x509 import decode_x509_certificate

from onboarding.config import Settings
from onboarding.sandbox.certificates import issue
from onboarding.sandbox.clock import SandboxClock
from onboarding.sandbox.issuers import SHAPES, Person, ensure_issuers
from onboarding.sandbox.refusals import REFUSALS, SMALL_KEY, issue_refused
from onboarding.sandbox.token_keys import KEYS, small_key

MODULE = "/usr/lib/softhsm/libsofthsm2.so"  # where Debian has it
LABEL = "sandbox"
KEY_ID = b"\x01"
SOMEBODY = Person("Nguyễn Văn An", national_id="093085001234")  # a man born in 1985 in Hậu Giang


@click.command()
@click.option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder to make the token in; it must not hold one yet.",
)
@click.option("--issuer", type=click.Choice(list(SHAPES)), default="vnpt", show_default=True, help="Test issuer.")
@click.option("--national-id", default=SOMEBODY.national_id, show_default=True, help="Number in the certificate.")
@click.option("--name", default=SOMEBODY.name, show_default=True, help="Name in the certificate.")
@click.option("--key", type=click.Choice(list(KEYS)), default="rsa", show_default=True, help="Kind of its key.")
@click.option("--pin", help="PIN of the token, 4 to 16 characters; without it one is drawn.")
@click.option("--refusal", type=click.Choice(REFUSALS), help="Have the sign-in refuse it for this reason.")
@click.pass_obj
def token(
    settings: Settings,
    directory: Path,
    issuer: str,
    national_id: str,
    name: str,
    key: str,
    pin: str | None,
    refusal: str | None,
) -> None:
    """Make a test token that this sandbox's USB sign-in accepts, or refuses for the reason that you name."""
    if not settings.sandbox:
        raise click.ClickException("Test tokens are for a sandbox; set ONBOARDING_MODE=sandbox.")
    trust, now = Path(settings.trust or settings.instance / "trust"), SandboxClock(settings).now()
    person = Person(name, national_id)
    try:
        make_token(directory, trust, now, issuer, person, key=key, pin=pin, refusal=refusal)
    except FileExistsError:
        raise click.ClickException(f"{directory} holds a token already; name another folder.") from None
    except FileNotFoundError:
        raise click.ClickException("SoftHSM is missing; install the package softhsm2.") from None
    click.echo(f"Test token for {name}, {national_id}; its PIN is in {directory / 'pin'}. Use it with:")
    click.echo(f"onboarding token-agent --token-dir {directory}")


def make_token(
    directory: Path,
    issuers: Path,
    now: datetime,
    issuer: str = "vnpt",
    person: Person = SOMEBODY,
    *,
    key: str = "rsa",
    pin: str | None = None,
    days: int = 365,
    refusal: str | None = None,
) -> x509.Certificate:
    """Make a SoftHSM token in `directory` with a certificate of a test issuer, and give that certificate.

    `softhsm2.conf` there leads PKCS#11 programs to it and `pin` holds its PIN. The test issuers in the folder
    `issuers` are made if need be. It appears as a whole or not at all.

    Raises:
        FileExistsError: there is a token already.
        FileNotFoundError: SoftHSM is not installed.
    """
    if (directory / "softhsm2.conf").exists():
        raise FileExistsError(directory)
    ensure_issuers(issuers, now)
    pin = pin or f"{secrets.randbelow(10**6):06d}"
    try:
        initialise(directory.resolve(), pin)
        certify = partial(issue, issuers, issuer, person=person, now=now, days=days)
        if refusal:
            certify = partial(issue_refused, refusal, issuers, issuer, person=person, now=now)
        return write_key_pair(directory, pin, small_key if refusal == SMALL_KEY else KEYS[key], certify)
    except BaseException:
        (directory / "softhsm2.conf").unlink(missing_ok=True)
        shutil.rmtree(directory / "tokens", ignore_errors=True)
        raise


def initialise(directory: Path, pin: str) -> None:
    """An empty token, with its configuration and PIN beside it."""
    tokens = directory / "tokens"
    tokens.mkdir(parents=True, exist_ok=True, mode=0o700)
    (directory / "pin").touch(mode=0o600)
    (directory / "pin").write_text(pin, encoding="ascii")
    configuration = directory / "softhsm2.conf"
    configuration.write_text(
        f"directories.tokendir = {tokens}\nobjectstore.backend = file\nslots.removable = true\n", encoding="utf-8"
    )
    arguments = ["--init-token", "--free", "--label", LABEL, "--pin", pin, "--so-pin", secrets.token_hex(8)]
    environment = os.environ | {"SOFTHSM2_CONF": str(configuration)}
    subprocess.run(["softhsm2-util", *arguments], env=environment, check=True, capture_output=True)  # noqa: S603, S607 - our own arguments; where Debian has it


def write_key_pair(
    directory: Path, pin: str, generate: Callable[..., bytes], certify: Callable[[bytes], x509.Certificate]
) -> x509.Certificate:
    """A key pair made on the token, and the certificate for it written beside it."""
    os.environ["SOFTHSM2_CONF"] = str(directory.resolve() / "softhsm2.conf")
    module = pkcs11.lib(MODULE)
    module.reinitialize()  # it reads its configuration then only, and may have been led to another token before
    with module.get_token(token_label=LABEL).open(rw=True, user_pin=pin) as session:
        certificate = certify(generate(session, id=KEY_ID, label=LABEL, store=True))
        written = decode_x509_certificate(certificate.public_bytes(Encoding.DER))
        place = {Attribute.TOKEN: True, Attribute.PRIVATE: False, Attribute.ID: KEY_ID, Attribute.LABEL: LABEL}
        session.create_object(written | place)
    return certificate
