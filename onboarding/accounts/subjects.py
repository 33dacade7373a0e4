"""Whom a service knows a citizen as: the pairwise `sub` (OpenID Connect Core, 8.1; P46)."""

from uuid import UUID

from sqlalchemy.orm import Session

from onboarding.accounts.clients import Client


def subject(db: Session, client: Client, account_id: UUID) -> str:
    """The citizen's `sub`, 64 hexadecimal digits: the same in the service's sector, another in every other one."""
    mac: bytes = db.info["keyring"].mac("oidc subject", f"{client.sector} {account_id}")
    return mac.hex()
