"""What one application has worked out, the next one knows: a run of the tests makes hundreds of them.

An installation compiles its addresses, templates and statements once and reads its catalogues once. For each test
anew, that was half of what a test with a few pages costs.
"""

from functools import cache
from types import CodeType
from typing import Any, ClassVar, get_type_hints

import fido2.utils
import sqlalchemy
from babel.support import Translations
from flask import Flask
from flask.templating import Environment
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Dialect, Engine, event
from werkzeug.routing import Rule

from onboarding import engines

catalogue = cache(Translations.load)
STATEMENTS: dict[Any, Any] = {}
DIALECTS: dict[str, Dialect] = {}  # by name, the first of its kind that has asked a database what it can do


def share() -> None:
    """Let all applications of this process share what they work out."""
    Flask.url_rule_class = KnownRule
    Flask.jinja_environment = KnowingEnvironment
    Translations.load = lambda folder, locales, domain: catalogue(folder, tuple(locales), domain)
    fido2.utils.get_type_hints = cache(get_type_hints)  # it asks for each message of a passkey, and again within
    engines.create_engine = create_engine


class KnownRule(Rule):
    """A rule for addresses that takes what was compiled of an earlier one that said the same."""

    known: ClassVar[dict[Any, Rule]] = {}

    def compile(self) -> None:
        """Compile the rule, unless another has been that says the same."""
        defaults = tuple(sorted((self.defaults or {}).items()))
        said = (self.rule, self.subdomain, self.host, defaults, self.merge_slashes)
        same = self.known.setdefault(said, self)
        if same is self:
            super().compile()
            return
        for name in ("_parts", "_trace", "_converters", "arguments"):
            setattr(self, name, getattr(same, name))
        for name in ("_build", "_build_unknown"):
            setattr(self, name, getattr(same, name).__func__.__get__(self))


class KnownTemplates(BytecodeCache):
    """The compiled templates of all applications, by name and content."""

    known: ClassVar[dict[tuple[str, str], CodeType | None]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key, bucket.checksum] = bucket.code


class KnowingEnvironment(Environment):
    """Flask's own environment of templates, which takes those that are compiled already."""

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, bytecode_cache=KnownTemplates(), **options)


def create_engine(url: str, **options: Any) -> Engine:
    """An engine like SQLAlchemy's own, with the dialect and the compiled statements of those before it."""
    engine = sqlalchemy.create_engine(url, execution_options={"compiled_cache": STATEMENTS}, **options)
    name = engine.dialect.name
    if name in DIALECTS:
        engine.dialect.initialize = lambda _connection: None
        engine.dialect = DIALECTS[name]
    else:
        event.listen(engine, "connect", lambda *_: DIALECTS.setdefault(name, engine.dialect))
    return engine
