"""The OpenID Connect provider: other services let citizens sign in through their account here."""
