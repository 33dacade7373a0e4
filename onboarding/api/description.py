"""The description of the API (OpenAPI 3.1), made from the code by spectree (decision 23).

spectree only looks: the same models check what comes and write what goes, without it.
"""

from collections.abc import Callable
from copy import deepcopy
from http import HTTPStatus
from inspect import cleandoc
from typing import Any

from msgspec import Struct
from spectree import Response, SpecTree
from spectree.model_adapter import get_msgspec_model_adapter

from onboarding.web.problems import MEDIA_TYPE, Details

Security = list[dict[str, list[str]]]
SCHEMES = {
    "secret": {"type": "http", "scheme": "basic", "description": "The service's id and secret."},
    "assertion": {"type": "http", "scheme": "bearer", "description": "A fresh assertion, signed by its key."},
    "access_token": {"type": "http", "scheme": "bearer", "description": "A citizen's access token."},
}
HEADERS = {
    "RateLimit-Policy": "How many requests in how many seconds.",
    "RateLimit": "How many more now, and in how many seconds there are more.",
    "Retry-After": "Seconds to wait.",
    "WWW-Authenticate": "What is asked for.",
}
LIMITS = ("RateLimit-Policy", "RateLimit")
MORE = {401: ("WWW-Authenticate",), 409: ("Retry-After",), 429: ("Retry-After",), 503: ("Retry-After",)}
ALWAYS = (400, 401, 429, 500, 503)
OF_POST = (409, 413, 415, 422)
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A name for this request; sent again with it within 24 hours, the request is done once.",
    "schema": {"type": "string", "pattern": '^"[!#-\\[\\]-~]{1,64}"$'},
}

spec = SpecTree(
    "flask",
    model_adapter=get_msgspec_model_adapter(),
    mode="strict",
    annotations=False,
    title="Account API",
    version="1",
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _parent, child: child,
    validation_error_status=400,
    validation_error_model=Details,
)


def described(
    view: Callable[..., Struct],
    security: Security,
    sends: type[Struct] | None,
    gives: type[Struct],
    path: dict[str, str],
) -> Callable[..., Any]:
    """A view as spectree knows it; its docstring is what the description says."""
    known: Callable[..., Any] = spec.validate(
        json=sends,
        resp=Response(HTTP_200=gives),
        security=security,
        skip_validation=True,
        operation_id=view.__name__,
        path_parameter_descriptions=path,
    )(view)
    return known


def description(public_url: str) -> dict[str, Any]:
    """The whole description, with what spectree does not know: kinds of errors, headers, idempotency keys."""
    whole: dict[str, Any] = deepcopy(spec.spec)
    whole["servers"] = [{"url": public_url}]
    for schema in whole["components"]["schemas"].values():
        schema["description"] = cleandoc(schema["description"])
    whole["components"]["securitySchemes"] = SCHEMES
    whole["components"]["headers"] = {
        name: {"description": text, "schema": {"type": "string"}} for name, text in HEADERS.items()
    }
    for address, operations in whole["paths"].items():
        for method, operation in operations.items():
            operation["responses"] |= {str(status): problem(status) for status in errors(method, address)}
            for status, told in operation["responses"].items():
                told["headers"] = headers(int(status))
            if method == "post":
                operation["parameters"].append(IDEMPOTENCY_KEY)
    return whole


def errors(method: str, address: str) -> list[int]:
    """The statuses of the problems that an operation may answer with."""
    own = (*(OF_POST if method == "post" else ()), *((404,) if "{" in address else ()))
    return sorted({*ALWAYS, *own})


def problem(status: int) -> dict[str, Any]:
    """How the description tells of an error."""
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Details.__name__}"}}}
    return {"description": HTTPStatus(status).phrase, "content": content}


def headers(status: int) -> dict[str, Any]:
    """How the description tells of the headers of an answer."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*LIMITS, *MORE.get(status, ()))}
