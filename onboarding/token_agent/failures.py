"""Why the agent did not do what a page asked, with the result codes of the VNPT-CA plug-in."""


class Failure(Exception):
    """Something that the page is told by a number."""

    code = 5
    sentence = "Something unexpected happened."


class BadInput(Failure):
    """The request is not one of the protocol, or asks to sign something that cannot be shown as text."""

    code = 1
    sentence = "The page asked for something that this program does not sign."


class NoCertificate(Failure):
    """No token with a certificate is plugged in."""

    code = 2
    sentence = "No token with a certificate was found."


class SigningFailed(Failure):
    """The token refused, most often because of its PIN."""

    code = 3
    sentence = "The token did not sign. Check the PIN; after several wrong ones the token locks itself."


class NoPrivateKey(Failure):
    """The certificate's key is not on the token."""

    code = 4
    sentence = "The token has a certificate but not its key."


class Cancelled(Failure):
    """The person at the computer said no."""

    code = 11
    sentence = "Cancelled."
