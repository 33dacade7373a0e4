"""What a service knows a citizen and a sign-in as: `sub` (OpenID Connect Core, 8.1; P46) and `sid`."""

from uuid import UUID

from onboarding.db import Db


def subject(db: Db, sector: str, account_id: UUID) -> str:
    """The citizen's `sub`, 64 hexadecimal digits: the same in one sector, another in every other one."""
    mac: bytes = db.info["keyring"].mac("oidc subject", f"{sector} {account_id}")
    return mac.hex()


def session(db: Db, client_id: UUID, sign_in_id: UUID) -> str:
    """The `sid` of one sign-in for one service, however often it asks during it (Back-Channel Logout 1.0, 2.1)."""
    mac: bytes = db.info["keyring"].mac("oidc session", f"{client_id} {sign_in_id}")
    return mac.hex()
