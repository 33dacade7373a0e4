"""Why the agent did not do what a page asked.

The numbers are the result codes of the VNPT-CA plug-in, and the Status that the VGCA pages get; that program's
own numbers are not known. 12 is ours: no list of the plug-in's codes has it.
"""


class Failure(Exception):
    """Something that the page is told by a number and a sentence."""

    code: int | str = 5
    sentence = "Something unexpected happened."


class BadInput(Failure):
    """The request is not one of the protocol, or asks to sign something that cannot be shown as text."""

    code = 1
    sentence = "The page asked for something that this program does not sign."


class HashRefused(BadInput):
    """The request is to sign a hash, and the agent was not started for that."""

    sentence = "The page asked to sign a hash, which nobody can read. This program does not do that."


class OriginRefused(BadInput):
    """The page is none of the portals that may ask."""

    sentence = "This site may not use the token. Start the agent with --allow-origin for it."


class NoCertificate(Failure):
    """No token with a certificate is plugged in, or none with the serial number that the page named."""

    code = 2
    sentence = "No token with a certificate was found."


class SigningFailed(Failure):
    """The token refused."""

    code = 3
    sentence = "The token did not sign."


class WrongPin(SigningFailed):
    """The token says that the PIN is wrong."""

    sentence = "The PIN is wrong. Check the PIN; after several wrong ones the token locks itself."


class NoPrivateKey(Failure):
    """The certificate's key is not on the token."""

    code = 4
    sentence = "The token has a certificate but not its key."


class Cancelled(Failure):
    """The person at the computer said no."""

    code = 11
    sentence = "Cancelled."


class PinLocked(Failure):
    """Too many wrong PINs: the token takes none any more."""

    code = 12
    sentence = "The token is locked after too many wrong PINs. Its issuer can unlock it."


FAILURES = (Failure, BadInput, NoCertificate, SigningFailed, NoPrivateKey, Cancelled, PinLocked)


def with_code(code: str) -> Failure:
    """A failure with a code that a tester wants to see, and its sentence if it is one of ours."""
    failure = next((kind for kind in FAILURES if str(kind.code) == code), Failure)()
    failure.code = int(code) if code.lstrip("-").isdigit() else code
    return failure


class Literal(Exception):
    """A tester wants this very result (`text`)."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Interrupted(Exception):
    """A tester wants no answer: this much of one is `sent`, and the line is dead then or stays open."""

    def __init__(self, sent: str, *, hang_up: bool) -> None:
        super().__init__(sent)
        self.sent = sent
        self.hang_up = hang_up
