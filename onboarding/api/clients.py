"""A service's own registration."""

from msgspec import Struct

from onboarding.accounts.clients import Client
from onboarding.accounts.jose import seconds
from onboarding.api.callers import SERVICE
from onboarding.api.operations import operation


class Registration(Struct):
    """How a service is registered, in the words of RFC 7591, section 2; its secret is never told again.

    It is told of ended sign-ins at `backchannel_logout_uri` and of what became of an account at `events_uri`.
    """

    client_id: str
    client_id_issued_at: int
    client_name: str
    redirect_uris: list[str]
    post_logout_redirect_uris: list[str]
    backchannel_logout_uri: str | None
    events_uri: str | None
    token_endpoint_auth_method: str
    id_token_signed_response_alg: str
    grant_types: list[str]
    scope: str
    sector: str


@operation(SERVICE, gives=Registration)
def client(client: Client) -> Registration:
    """Read the service's own registration."""
    return Registration(
        client_id=str(client.id),
        client_id_issued_at=seconds(client.registered_at),
        client_name=client.name,
        redirect_uris=client.redirect_uris,
        post_logout_redirect_uris=client.logout_uris,
        backchannel_logout_uri=client.backchannel_logout_uri,
        events_uri=client.events_uri,
        token_endpoint_auth_method=client.auth_method,
        id_token_signed_response_alg=client.id_token_algorithm,
        grant_types=["authorization_code", *(["refresh_token"] if client.refreshes else [])],
        scope=" ".join(client.scopes),
        sector=client.sector,
    )
