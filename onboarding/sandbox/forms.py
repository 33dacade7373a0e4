"""The forms of the sandbox's pages. Their token was checked before any view was called."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Regexp

from onboarding.sandbox.clients import READY
from onboarding.sandbox.faults import FAULTS

NONE = SelectChoice(value="", label=_l("None: everything is right"))


class SandboxForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """A form of the sandbox."""

    class Meta:
        """What WTForms makes of the class."""

        csrf = False


class ClientForm(SandboxForm):
    """A service to register."""

    name = StringField(_l("Name of the service"), [InputRequired(_l("Enter a name."))])
    redirect_uri = StringField(
        _l("Redirect address"),
        [InputRequired(_l("Enter an address."))],
        description=_l("For example http://localhost:4000/callback"),
    )


class ClockForm(SandboxForm):
    """How far the clock shall go."""

    forward = StringField(
        _l("Seconds forward"),
        [Regexp(r"[0-9]{1,9}\Z", message=_l("Enter a number of seconds, ten years at most."))],
        default="960",
        description=_l("After 960 seconds a sign-in without a click has ended."),
    )


class FaultForm(SandboxForm):
    """Which service gets which fault."""

    client_id = StringField(_l("Client id"), [InputRequired(_l("Enter a client id."))], default=str(READY))
    fault = RadioField(
        _l("Fault"),
        choices=[NONE, *(SelectChoice(value=name, label=_l(sentence)) for name, sentence in FAULTS.items())],
        default="",
        validate_choice=False,
    )
