"""The whole examination, in the order in which things are mended."""

from collections.abc import Mapping

from onboarding import environment
from onboarding.clock import Clock
from onboarding.config import Settings
from onboarding.doctor import database, trust
from onboarding.doctor.finding import Finding, mend, note, ok
from onboarding.errors import SettingsError
from onboarding.installation import completed
from onboarding.sms.dispatcher import chosen_gateways


def examine(environ: Mapping[str, str], clock: Clock) -> list[Finding]:
    """Look at everything. Settings that cannot be used leave nothing else to look at."""
    try:
        settings = completed(environment.read(environ))
    except SettingsError as error:
        rest = note("Database, text messages and certificates are looked at once the settings can be read.")
        return [*map(mend, error.problems), rest]
    return [
        *settings_findings(settings),
        *database.examine(settings, clock),
        *gateways(settings),
        *trust.examine(settings, clock.now()),
    ]


def settings_findings(settings: Settings) -> list[Finding]:
    """What can be read, and may still not be meant so."""
    if settings.sandbox:
        return [note("This is a sandbox: messages are readable, certificates are test certificates.")]
    read = ok("The settings can be read.")
    if settings.trusted_proxies:
        return [read]
    return [
        read,
        note("ONBOARDING_TRUSTED_PROXIES is empty: behind a proxy, all citizens share one address's limits."),
    ]


def gateways(settings: Settings) -> list[Finding]:
    """Whether text messages have a way out."""
    try:
        names = ", ".join(gateway.name for gateway in chosen_gateways(settings))
    except SettingsError as error:
        return [*map(mend, error.problems)]
    return [ok(f"Text messages go out by: {names}.")]
