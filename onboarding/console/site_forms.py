"""What an administrator fills in about a site: the description that `accounts/sites.py` checks, field by field."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, StopValidation

from onboarding.accounts import sites
from onboarding.accounts.sites import COLOUR, COLOURS, CONTRAST, PORTAL, PORTLETS, Site
from onboarding.console.forms import ReasonForm, offered, stripped
from onboarding.resources import N_

NOT_A_NAME = N_("Use small letters a–z and digits only, with single hyphens between them.")
NOT_A_LINE = N_("Write one line of at most 200 letters.")
NOT_A_COLOUR = N_("Write # and six digits or letters a–f, for example #0b3c6f.")
TOO_LIGHT = N_("Too light: the contrast to white is %(contrast)s to 1, at least %(least)s to 1 is needed.")
NOT_A_DAY = N_("Write the day like 20/11/2026.")
NOT_A_TEXT = N_("Write a text of at most 2000 letters.")
NOT_ORIGINS = N_("Write each like https://so.example.vn, with nothing behind the host.")
NOT_A_COUNT = N_("Write a whole number, digits only.")

DAY = "%d/%m/%Y"
NEWS = {"date": date(2026, 11, 20), "title": "-", "text": "-"}  # an item that is right, to check one part in
RULES = {
    "everybody": _l("everybody"),
    "citizens": _l("citizens who are signed in"),
    "nobody": _l("nobody"),
}


def day_in(text: str) -> date | None:
    """The day that a text says."""
    try:
        return datetime.strptime(text, DAY).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def count_in(text: str) -> int | None:
    """The number that a text says."""
    return int(text) if text.isdecimal() else None


def if_given(form: ReasonForm, field: Field) -> None:
    """Leave out what is empty; of the news all or nothing."""
    news = [form[f"news_{part}"] for part in NEWS]
    if not any(one.data for one in (news if field in news else [field])):
        raise StopValidation


def right(message: str, made: Callable[[str], dict[str, Any]]) -> Callable[[ReasonForm, Field], None]:
    """Hold a field to the check of a whole description; `made` describes a site with its value alone."""

    def check(_form: ReasonForm, field: Field) -> None:
        try:
            sites.described(PORTAL, made(field.data))
        except ValueError:
            raise ValidationError(gettext(message)) from None

    return check


def right_colour(_form: ReasonForm, field: Field) -> None:
    """The same for a colour, which may be none, or too light."""
    field.data = field.data.lower()
    try:
        sites.described(PORTAL, {"colours": {field.name: field.data}})
    except ValueError:
        if not COLOUR.fullmatch(field.data):
            raise ValidationError(gettext(NOT_A_COLOUR)) from None
        contrast = format_decimal(sites.contrast_to_white(field.data), "0.0")
        raise ValidationError(gettext(TOO_LIGHT, contrast=contrast, least=format_decimal(CONTRAST))) from None


def line(label: Any, *checks: Any, hint: Any = "", kind: type[StringField] = StringField) -> Any:
    """A field of text that may stay empty."""
    keys = {"autocomplete": "off", "spellcheck": "false"}
    return kind(label, [if_given, *checks], filters=[stripped], description=hint, render_kw=keys)


def rule(label: Any) -> Any:
    """A field for who may see a portlet."""
    checks = [InputRequired(_l("Choose who may see it."))]
    return RadioField(label, checks, choices=offered(RULES), default="everybody")


class Description(ReasonForm):
    """How a site shall be; `version` is what it was when the page was opened."""

    version = HiddenField()
    title = line(_l("Name of the department"), right(NOT_A_LINE, lambda text: {"title": text}))
    news_date = line(
        _l("Day of the news item (dd/mm/yyyy)"),
        right(NOT_A_DAY, lambda text: {"news": NEWS | {"date": day_in(text)}}),
        hint=_l("Leave its three fields empty where there is no news."),
    )
    news_title = line(
        _l("Title of the news item"), right(NOT_A_LINE, lambda text: {"news": NEWS | {"title": text}})
    )
    news_text = line(
        _l("Text of the news item"),
        right(NOT_A_TEXT, lambda text: {"news": NEWS | {"text": text}}),
        hint=_l("An empty line begins a new paragraph."),
        kind=TextAreaField,
    )
    brand = line(_l("Colour of the head"), right_colour, hint=_l("Empty: that of the portal. For example #0b3c6f"))
    accent = line(_l("Colour of lines and marks"), right_colour)
    button = line(_l("Colour of buttons"), right_colour)
    link = line(_l("Colour of links"), right_colour)
    origins = line(
        _l("Sites that may show the portlets"),
        right(NOT_ORIGINS, lambda text: {"origins": text.split()}),
        hint=_l("One per line, for example https://so.example.vn"),
        kind=TextAreaField,
    )
    question = rule(_l("Who may see the question"))
    visitors = rule(_l("Who may see the visitor counter"))
    tally = rule(_l("Who may see how others answered"))
    visits_before = line(
        _l("Visits counted by the earlier portal"),
        right(NOT_A_COUNT, lambda text: {"visits_before": count_in(text)}),
    )


class NewSite(Description):
    """A site that is added, under a name for addresses that stays."""

    name = StringField(_l("Name in addresses"), description=_l("For example so-y-te. It cannot be changed later."))

    def validate_name(self, field: Field) -> None:
        """Hold it to the check of a description."""
        try:
            sites.described(field.data or "", {})
        except ValueError:
            raise ValidationError(gettext(NOT_A_NAME)) from None


def typed(site: Site) -> dict[str, Any]:
    """What stands in the fields for a site as it is."""
    news = site.news or {}
    return {
        "version": sites.version(site),
        "title": site.title,
        **site.colours,
        "news_date": date.fromisoformat(news["date"]).strftime(DAY) if news else "",
        "news_title": news.get("title"),
        "news_text": news.get("text"),
        "origins": "\n".join(site.origins),
        **site.portlets,
        "visits_before": str(site.visits_before),
    }


def described(name: str, form: Description) -> Site:
    """The site that was filled in, where all fields are right."""
    values: dict[str, Any] = form.data
    news = {"date": day_in(values["news_date"]), "title": values["news_title"], "text": values["news_text"]}
    given = {
        "title": values["title"],
        "colours": {colour: values[colour] for colour in COLOURS if values[colour]},
        "news": news if any(news.values()) else None,
        "origins": values["origins"].split(),
        "portlets": {portlet: values[portlet] for portlet in PORTLETS if values[portlet] != "everybody"},
        "visits_before": count_in(values["visits_before"]),
    }
    return sites.described(name, {field: value for field, value in given.items() if value})
