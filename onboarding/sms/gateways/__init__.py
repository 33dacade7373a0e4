"""The gateways by the name that the setting `sms_gateway` gives: one file and one line each."""

from collections.abc import Callable, Mapping
from importlib import import_module

from onboarding.config import Settings
from onboarding.sms.gateway import Gateway
from onboarding.sms.gateways import esms, file, kannel, smpp, speedsms, vnpt
from onboarding.sms.reports import Report

GATEWAYS: dict[str, Callable[[Settings], Gateway]] = {
    "esms": esms.from_settings,
    "file": file.from_settings,
    "kannel": kannel.from_settings,
    # Loaded when a sandbox asks for it: a production process has no readable inbox in it (rule R31).
    "sandbox": lambda settings: import_module("onboarding.sandbox.gateway").from_settings(settings),
    "smpp": smpp.from_settings,
    "speedsms": speedsms.from_settings,
    "vnpt": vnpt.from_settings,
}

# Those that report to an address of ours, with what reads the fields of their report; none where it says nothing.
REPORTS: dict[str, Callable[[Mapping[str, str]], Report | None]] = {
    "esms": esms.report,
    "kannel": kannel.report,
}
