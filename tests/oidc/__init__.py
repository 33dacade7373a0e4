"""The OpenID Connect provider, as services and citizens meet it."""
