"""What a service knows a citizen and a sign-in as: `sub` (OpenID Connect Core, 8.1; P46) and `sid`."""

from uuid import UUID

from sqlalchemy.orm import Session

from onboarding.accounts.clients import Client


def subject(db: Session, client: Client, account_id: UUID) -> str:
    """The citizen's `sub`, 64 hexadecimal digits: the same in the service's sector, another in every other one."""
    mac: bytes = db.info["keyring"].mac("oidc subject", f"{client.sector} {account_id}")
    return mac.hex()


def session(db: Session, client: Client, sign_in_id: UUID) -> str:
    """The `sid` of one sign-in for one service, however often it asks during it (Back-Channel Logout 1.0, 2.1)."""
    mac: bytes = db.info["keyring"].mac("oidc session", f"{client.id} {sign_in_id}")
    return mac.hex()
