"""What a citizen is told about their message: a sentence for each state, and for each reason of a failure."""

from onboarding.resources import N_

STATES = {
    "waiting": N_("The message is on its way. Please wait a moment."),
    "sent": N_(
        "The message has been sent. If it is not there after 2 minutes, look whether the telephone has signal, "
        "then ask for a new code."
    ),
    "delivered": N_("The message has arrived on the telephone. Open it and enter its code here."),
    "unknown": N_("We do not know whether the message was sent. If it does not arrive, ask for a new code."),
    "dropped": N_("The message was not sent in time. Ask for a new code."),
    "failed": N_("The message could not be delivered. Check the number, or ask for a new code."),
}
FINAL = frozenset({"delivered", "dropped", "failed"})  # nothing more will be learnt

# The reasons that gateways and reports give, in our words.
REASONS = {
    "no such number": N_("This number does not exist. Please check it."),
    "unreachable": N_("The telephone is switched off or has no signal. Switch it on, then ask for a new code."),
    "blocked": N_("This number does not accept messages from us. Choose another number or another way."),
    "network fault": N_("The telephone network could not deliver the message. Ask for a new code."),
}


def sentence(state: str, reason: str | None) -> str:
    """The sentence for a message, still to be translated; the reason counts only where the message failed."""
    told = REASONS.get(reason or "") if state == "failed" else None
    return told or STATES[state]
