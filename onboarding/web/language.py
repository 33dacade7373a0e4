"""Vietnamese first, English second: the visitor's choice, kept in a cookie that says nothing else."""

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, request
from flask_babel import Babel, get_translations
from markupsafe import Markup

from onboarding.web.cookie import cookie_name, set_cookie
from onboarding.web.problems import of_api

LANGUAGES = ("vi", "en")
YEAR = 31_536_000


def init_app(app: Flask) -> None:
    """Choose the language of each request, and keep it where the visitor asked for one."""
    Babel(app, locale_selector=choose, default_domain="messages", default_translation_directories="translations")
    app.jinja_env.globals["_"] = on_page
    app.context_processor(lambda: {"language": language(), "other_language_url": other_language_url()})
    app.after_request(keep)


def on_page(text: str, **values: Any) -> Markup:
    """A template's text in the language of the page. Pages have many: the catalogue is looked up once for all."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return Markup(g.catalogue.ugettext(text)) % values  # noqa: S704 - texts are ours, values are escaped into them


def choose() -> str:
    """The language asked for in the address, else kept from before, else Vietnamese."""
    asked = request.args.get("lang") or request.cookies.get(cookie_name(current_app, "language"), "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def language() -> str:
    """The language of this page."""
    return choose()


def other_language_url() -> str:
    """This page, or that whose form it answers, in the other language; the portal page where there is none."""
    other = LANGUAGES[1 - LANGUAGES.index(choose())]
    if not (request.endpoint if request.method == "GET" else opened_by_get()):
        return f"/?lang={other}"
    # Not by url_for: among the parameters of a visitor may be names that mean something to it.
    return f"{request.path}?{urlencode({**request.args, 'lang': other})}"


def opened_by_get() -> bool:
    """Whether there is a page at the address that this form was sent to."""
    addresses = current_app.create_url_adapter(request)
    return addresses is not None and addresses.test(method="GET")


def keep(response: Response) -> Response:
    """Remember the language that was asked for on a page."""
    if request.args.get("lang") in LANGUAGES and "no_choice_kept" not in g and not of_api(request.path):
        set_cookie(response, "language", choose(), YEAR)
    return response


def keep_no_choice() -> None:
    """Let the language of this page be no choice for others: it stands on somebody else's site."""
    g.no_choice_kept = True
