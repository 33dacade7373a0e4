"""What the protocol's errors mean here: a sentence for whoever builds a service (RFC 6749, 4.1.2.1 and 5.2).

Those that tell of the citizen, `access_denied` and its like, say all by their names.
"""

SENTENCES = {
    "invalid_request": "A parameter is missing, unknown or malformed. PKCE with S256 is required; state and nonce "
    "have 1000 characters at most.",
    "invalid_scope": "scope must contain openid; a refresh may narrow it and not widen it.",
    "unsupported_response_type": "Only response_type=code.",
    "unsupported_grant_type": "Only authorization_code and refresh_token.",
    "invalid_client": "Unknown client, wrong secret or assertion. Send the secret by HTTP Basic, not in the body; "
    "an assertion names the issuer alone as aud, lasts 60 seconds and is used once.",
    "invalid_grant": "The code or refresh token is unknown, used, over or not this client's, or redirect_uri or "
    "code_verifier are not those of the request. Have the citizen sign in again.",
    "invalid_token": "No access token in the Authorization header, or it is over. Refresh it, or have the citizen "
    "sign in again.",
}


def described(error: str) -> dict[str, str]:
    """The error, with its sentence where it has one."""
    sentence = SENTENCES.get(error)
    return {"error": error} | ({"error_description": sentence} if sentence else {})
