"""Why a signature was refused: a small class for each cause, a word for logs, a sentence for the citizen."""

from onboarding.resources import N_

# What the parsers below us raise on bytes that nobody meant: asn1crypto reads lazily and checks by accident, and
# the path validator has no rules for some kinds of names.
UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)


class Refusal(Exception):
    """A proof was not accepted. `code` is stable and goes to logs; `message` is an English message id.

    Neither holds anything personal or any detail about the bytes.
    """

    code = "refused"
    message = N_("The signature was not accepted. Please try again or choose another way.")

    def __init__(self) -> None:
        super().__init__(self.code)


class TooLarge(Refusal):
    """More bytes than any true proof has (P34)."""

    code = "too-large"
    message = N_("The signing program sent too much data. Please update it and try again.")


class UnknownKind(Refusal):
    """A kind of proof that this server does not take."""

    code = "unknown-kind"
    message = N_("This way of signing is not supported. Please choose another way.")


class Malformed(Refusal):
    """Not a proof of the kind it says it is, or one put together in a way that no honest program does."""

    code = "malformed"
    message = N_("The signing program's answer cannot be read. Please update the program and try again.")


class NoSignedAttributes(Refusal):
    """A CMS signature directly over content: it could be another signature, re-packed (rule R33)."""

    code = "no-signed-attributes"
    message = N_("The signing program made a signature that is not safe for signing in. Please update it.")


class WrongContent(Refusal):
    """Something else was signed than this challenge, to the byte."""

    code = "wrong-content"
    message = N_("Something other than this sign-in was signed. Please start again from this page.")


class BadSignature(Refusal):
    """The signature does not verify under the certificate's key."""

    code = "bad-signature"
    message = N_("The signature is not right. Please plug the token in again and start once more.")


class WeakAlgorithm(Refusal):
    """A key, hash or signature scheme outside the allow-list (P35)."""

    code = "weak-algorithm"
    message = N_("Your certificate or program is outdated. Please ask your certificate's issuer to renew it.")


class UnknownIssuer(Refusal):
    """No path from the certificate to an anchor of a known issuer."""

    code = "unknown-issuer"
    message = N_("The issuer of your certificate is not known here. Please use another token or way.")


class BadPath(Refusal):
    """The issuer is known, but the path from it to the certificate breaks a rule of RFC 5280."""

    code = "bad-path"
    message = N_("Your certificate does not fit its issuer's rules. Please ask the issuer about it.")


class Expired(Refusal):
    """The certificate, or one above it, is past its last day."""

    code = "expired"
    message = N_("Your certificate has expired. Please renew it with its issuer, or choose another way.")


class NotYetValid(Refusal):
    """The certificate, or one above it, is before its first day."""

    code = "not-yet-valid"
    message = N_("Your certificate is not valid yet. Please try again from its first day on.")


class WrongKeyUsage(Refusal):
    """The issuer made this certificate for something else than signing in."""

    code = "wrong-key-usage"
    message = N_("This certificate is not meant for signing. Please choose your signing certificate.")


class Revoked(Refusal):
    """The issuer has taken the certificate back."""

    code = "revoked"
    message = N_("Your certificate has been revoked. Please ask its issuer, or choose another way.")


class RevocationUnknown(Refusal):
    """No current word of the issuer about revocation: closed rather than open."""

    code = "revocation-unknown"
    message = N_("We cannot learn now whether your certificate is valid. Please try later or another way.")


class StaffDecides(RevocationUnknown):
    """The same, of an issuer that cannot always be asked from outside: staff may find out in another way."""

    code = "staff-decides"
    message = N_("We cannot learn now whether your certificate is valid. Our staff can: ask us to call you.")


class IdentityMissing(Refusal):
    """The subject names neither a 12-digit identity number nor a tax code."""

    code = "identity-missing"
    message = N_("Your certificate holds no identity number and no tax code. Please choose another way.")


class OldIdentityCard(Refusal):
    """The subject has only a 9-digit CMND, no valid paper since 2025-01-01."""

    code = "old-identity-card"
    message = N_("Your certificate has only an old 9-digit identity number. Please ask its issuer to renew it.")


class IdentityAmbiguous(Refusal):
    """Two values of one kind, or a value of a form that could be read in two ways (rule R37)."""

    code = "identity-ambiguous"
    message = N_("The identity in your certificate is not clear. Please ask its issuer, or choose another way.")


def demand(condition: object) -> None:
    """Raise Malformed unless `condition` holds."""
    if not condition:
        raise Malformed
