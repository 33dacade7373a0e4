"""The gateways by the name that the setting `sms_gateway` gives: one file and one line each."""

from collections.abc import Callable

from onboarding.config import Settings
from onboarding.sms.gateway import Gateway
from onboarding.sms.gateways import file, sandbox

GATEWAYS: dict[str, Callable[[Settings], Gateway]] = {
    "file": file.from_settings,
    "sandbox": sandbox.from_settings,
}
