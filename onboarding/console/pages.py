"""All pages of the console: a file that is named here has its views on the blueprint."""

from onboarding.console import (  # noqa: F401 - their views are on the blueprint once they are loaded
    approvals,
    clients,
    figures,
    find,
    first_sign_in,
    home,
    menu,
    new_staff,
    person,
    queue,
    sign_in,
    sites,
    staff,
    trail,
    usb,
    words,
)
from onboarding.console.guard import console

pages = console
