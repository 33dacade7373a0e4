"""I don't know how to register: what is to hand decides the way; whoever has nothing is called back."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField
from wtforms.validators import AnyOf

from onboarding.accounts import call_backs, limits, numbers
from onboarding.accounts.limits import Limit
from onboarding.journey import notices, proving
from onboarding.journey.forms import StepForm, check_number, name_field, phone_field, radio_field
from onboarding.journey.steps import Answer, Own, Step
from onboarding.journey.visit import Visit
from onboarding.web.requests import client_address

AT_HAND = (
    ("with-phone", _l("A phone with a number in my own name"), _l("You can register by yourself.")),
    ("with-card", _l("Only my identity card"), _l("You need a phone number as well. We show you how.")),
    (
        "with-usb",
        _l("A USB token for digital signatures"),
        _l("From VNPT or the Government Cipher Committee."),
    ),
    ("with-nothing", _l("None of these"), _l("Our officer calls you.")),
)


class AtHandForm(StepForm):
    """What the person has."""

    at_hand = radio_field(
        _l("What do you have to hand?"),
        _l("Choose what you have to hand."),
        [(value, label) for value, label, _hint in AT_HAND],
    )


def take_at_hand(_visit: Visit, form: AtHandForm) -> str:
    """The page for what is to hand."""
    return str(form.at_hand.data)


def points(*lines: Any) -> dict[str, Any]:
    """The words of an explanation: its sentences, in order."""
    return {"points": lines}


class CallBackForm(StepForm):
    """Whom to call, where and when; `reason` is what led here, if it was no wish for help in general."""

    name = name_field(_l("Full name"), _l("Enter your name, so that we know whom to ask for."))
    number = phone_field(_l("Enter the number where we reach you."))
    best_time = radio_field(
        _l("When shall we call?"),
        _l("Choose when we shall call."),
        [
            ("morning", _l("Morning, 8 to 11")),
            ("afternoon", _l("Afternoon, 2 to 5")),
            ("any", _l("Any time")),
        ],
    )
    reason = HiddenField(validators=[AnyOf((None, *call_backs.REASONS))])

    def validate_number(self, field: Field) -> None:
        """Refuse a number that no officer can call."""
        check_number(field, numbers.normalise_to_call)


def show_number(visit: Visit) -> dict[str, Any]:
    """The number that will be called, so that a wrong digit is seen; not to whoever sits here later."""
    asked = call_backs.of_journey(visit.db, visit.journey.id) if visit.journey and not visit.idle else None
    return {"number": Own(numbers.grouped(str(asked.number))) if asked and asked.number else None}


def take_call_back(visit: Visit, form: CallBackForm) -> str | None:
    """Store the request for the one-stop centre; one address cannot fill its queue (P09)."""
    number = numbers.normalise_to_call(str(form.number.data))
    full = limits.spend(visit.db, visit.now, [limits.calls(visit.db, visit.settings, client_address())])
    if full:
        form.refuse(form.number, proving.WHY_NO_CODE[full.reason], time=proving.at(full.until))
        return None
    # From here on the call is promised; the message, whose limits are spent first, is not a way to send many.
    silent = limits.spend(visit.db, visit.now, message_limits(visit, number))
    assert visit.journey is not None
    asked = (str(form.name.data), number, str(form.best_time.data), form.reason.data or "")
    call_backs.request(visit.db, visit.now, visit.journey, *asked)
    if not silent and numbers.gets_messages(number):
        notices.call_back_received(visit, number)
    return visit.only_way_on()


def message_limits(visit: Visit, number: str) -> list[Limit]:
    """What a message to a number that nobody has proven counts against: P08 and P09, as codes do."""
    address = limits.requests(visit.db, visit.settings, client_address())
    return [address, *limits.sends(visit.db, visit.settings, number)]


ANSWER = Answer(
    value="guided-help",
    label=_l("I don't know how to register"),
    hint=_l("We ask what you have and show you the way."),
    steps=(
        Step(
            "guided-help",
            _l("What do you have to hand?"),
            ("with-phone", "with-card", "with-usb", "with-nothing"),
            AtHandForm,
            take_at_hand,
            {"hints": {"at_hand": {value: hint for value, _label, hint in AT_HAND}}},
            fork=True,
        ),
        Step(
            "with-phone",
            _l("You can register now"),
            ("register",),
            StepForm,
            words=points(
                _l("Have your phone and your identity card beside you."),
                _l("You enter your number. We send a code by text message, free of charge."),
                _l("You enter the code, your name, date of birth and identity number."),
                _l("You check everything, and your account is ready."),
            ),
            template="explanation",
        ),
        Step(
            "with-card",
            _l("You need a phone number as well"),
            ("call-back",),
            StepForm,
            words=points(
                _l("The account needs a phone number registered in your own name."),
                _l("Take your identity card to a shop of your phone company; they register a number for you."),
                _l("Or take the card to the one-stop centre. The officer makes the account together with you."),
                _l("If you wish, our officer calls you first: press Continue."),
            ),
            template="explanation",
        ),
        Step(
            "with-usb",
            _l("You can sign in with your USB token"),
            ("usb",),
            StepForm,
            words=points(
                _l("Use a computer with Windows and plug the token in."),
                _l("The program that came with the token must be running."),
                _l("You sign once with the token and its PIN. We never see the PIN."),
            ),
            template="explanation",
        ),
        Step(
            "with-nothing",
            _l("We help you by telephone"),
            ("call-back",),
            StepForm,
            words=points(
                _l("Leave your name and a number where we reach you, your family's too if you like."),
                _l("An officer of the one-stop centre calls you, explains everything and makes an appointment."),
                _l("It costs nothing."),
            ),
            template="explanation",
        ),
        Step(
            "call-back",
            _l("Where shall we call you?"),
            ("call-back-requested",),
            CallBackForm,
            take_call_back,
            {
                "hint": _l("An officer calls you on the next working day at the latest. It costs nothing."),
                "field_hints": {"number": _l("A mobile number, or a landline with its area code: 0293 3877 777")},
            },
            entrance=True,
        ),
        Step("call-back-requested", _l("We will call you"), outcome="call-back-requested", show=show_number),
    ),
)
