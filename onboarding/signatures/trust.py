"""Whom this installation trusts: a folder of files, read once; revocation lists again when they change.

    <folder>/<profile>/anchors/*.pem          roots
    <folder>/<profile>/intermediates/*.pem    authorities below them
    <folder>/<profile>/crls/*.crl             the current revocation list of each of them, PEM or DER

The package brings none: a deployment puts the true ones there, a sandbox makes its own (rule R35).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from asn1crypto import crl, pem, x509

from onboarding.signatures.issuers import PROFILES
from onboarding.signatures.issuers.profile import Profile
from onboarding.signatures.kept import Kept
from onboarding.signatures.refusals import UNREADABLE

Stamp = tuple[str, int, int]


@dataclass(frozen=True)
class RevocationLists:
    """The revocation lists in a folder; a changed, new or removed file is noticed at the next look."""

    folder: Path
    _seen: dict[tuple[Stamp, ...], tuple[crl.CertificateList, ...]] = field(default_factory=dict)

    def current(self) -> tuple[crl.CertificateList, ...]:
        """All lists there now; a file that is none is passed over, so that its authority has none (closed)."""
        stamp = tuple(map(stamped, files(self.folder)))
        lists = self._seen.get(stamp)
        if lists is None:
            lists = tuple(found for path in files(self.folder) for found in revocation_lists(path))
            self._seen.clear()
            self._seen[stamp] = lists
        return lists


@dataclass(frozen=True)
class IssuerTrust:
    """One issuer: its profile, and what the folder holds for it."""

    profile: Profile
    anchors: tuple[x509.Certificate, ...]
    intermediates: tuple[x509.Certificate, ...]
    lists: RevocationLists
    kept: Kept = field(default_factory=Kept)

    @property
    def authorities(self) -> tuple[x509.Certificate, ...]:
        """All of them, the anchors first."""
        return self.anchors + self.intermediates

    def issued(self, certificate: x509.Certificate) -> bool:
        """Whether one of this issuer's authorities has the name that the certificate gives as its issuer."""
        try:
            return any(authority.subject == certificate.issuer for authority in self.authorities)
        except ValueError:  # characters that no name may have (RFC 4518), so it is nobody's
            return False


@dataclass(frozen=True)
class Trust:
    """All issuers that have an anchor here."""

    issuers: tuple[IssuerTrust, ...]

    @classmethod
    def load(cls, folder: Path, profiles: tuple[Profile, ...] = PROFILES) -> "Trust":
        """Read the trust folder; an issuer without anchors is left out, a missing folder trusts nobody.

        Raises:
            ValueError: a file there is not a certificate.
            OSError: a file there cannot be read.
        """
        issuers = (load_issuer(profile, folder / profile.name) for profile in profiles)
        return cls(tuple(issuer for issuer in issuers if issuer.anchors))


def load_issuer(profile: Profile, folder: Path) -> IssuerTrust:
    """One issuer's folder."""
    return IssuerTrust(
        profile=profile,
        anchors=tuple(authorities(folder / "anchors")),
        intermediates=tuple(certificates(folder / "intermediates")),
        lists=RevocationLists(folder / "crls"),
    )


def authorities(folder: Path) -> Iterator[x509.Certificate]:
    """The certificates of a folder in which each must be an authority's (RFC 5280, section 4.2.1.9)."""
    for certificate in certificates(folder):
        if not certificate.ca:
            raise ValueError(f"{certificate.subject.human_friendly} is not the certificate of an authority")
        yield certificate


def certificates(folder: Path) -> Iterator[x509.Certificate]:
    """The certificates of a folder, fully parsed."""
    for path in files(folder):
        for der in read(path):
            certificate = x509.Certificate.load(der, strict=True)
            if not certificate.native:
                raise ValueError(f"{path.name} is not a certificate")
            yield certificate


def revocation_lists(path: Path) -> list[crl.CertificateList]:
    """The lists in a file; none if it cannot be read as such."""
    try:
        found = [crl.CertificateList.load(der, strict=True) for der in read(path)]
        return [one for one in found if one["tbs_cert_list"]["this_update"].native]
    except UNREADABLE:
        return []


def files(folder: Path) -> list[Path]:
    """The files of a folder by name, without hidden ones; none where it does not exist."""
    return sorted(path for path in folder.glob("*") if path.is_file() and not path.name.startswith("."))


def stamped(path: Path) -> Stamp:
    """What tells whether a file has changed."""
    state = path.stat()
    return path.name, state.st_mtime_ns, state.st_size


def read(path: Path) -> Iterator[bytes]:
    """The DER of every object in a PEM file, or of the one in a DER file."""
    content = path.read_bytes()
    if not pem.detect(content):
        yield content
        return
    for _, _, der in pem.unarmor(content, multiple=True):
        yield der
