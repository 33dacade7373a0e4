"""The verdict of our checks on others' certificates: a trust folder of their files, read as any other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from onboarding.signatures import chain, path
from onboarding.signatures.issuers.profile import Profile
from onboarding.signatures.refusals import Refusal
from onboarding.signatures.trust import Trust

ACCEPTED = "accepted"
ANY_SIGNER = Profile(
    name="vectors",
    key_usages=frozenset({"digital_signature", "non_repudiation"}),
    extended_usages=frozenset({"client_auth", "server_auth"}),
)


@dataclass(frozen=True)
class Case:
    """One certificate and everything that is known when it is looked at, in DER."""

    certificate: bytes
    anchors: Iterable[bytes]
    intermediates: Iterable[bytes]
    lists: Iterable[bytes]
    now: datetime
    profile: Profile = ANY_SIGNER

    def trust(self, folder: Path) -> Trust:
        kinds = {"anchors": self.anchors, "intermediates": self.intermediates, "crls": self.lists}
        for kind, files in kinds.items():
            place = folder / self.profile.name / kind
            place.mkdir(parents=True)
            for number, content in enumerate(files):
                (place / f"{number:03}").write_bytes(content)
        return Trust.load(folder, (self.profile,))

    def verdict(self, folder: Path) -> str:
        """Path, profile and revocation: `accepted`, or the refusal's word."""
        try:
            chain.check_certificate(self.certificate, self.trust(folder), self.now)
        except Refusal as refusal:
            return refusal.code
        return ACCEPTED

    def verdict_without_revocation(self, folder: Path) -> str:
        """Path and profile alone, where the case brings no lists; `untrusted`, if its anchor cannot be one."""
        try:
            trust = self.trust(folder)
        except ValueError:
            return "untrusted"
        try:
            issuer, valid_path = path.find(self.certificate, trust, self.now)
        except Refusal as refusal:
            return refusal.code
        return ACCEPTED if issuer.profile.allows(valid_path.last) else "wrong-key-usage"
