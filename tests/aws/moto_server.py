"""A local AWS for the real Terraform provider: moto, plus the few calls that it lacks.

Run it with `python -m tests.aws.moto_server PORT [--given-subnets subnet-0a1b2c3d,subnet-1a2b3c4d]`.

What this server mostly does with the extra calls is to store a request and to return it. So a test against it proves
the round trip of a configuration through the provider: that the provider accepts it, sends it, reads it back and sees
no difference. It does not prove what AWS would do with it. AWS would check quotas, capacity, prices, permissions, names
and combinations that this server does not look at.
"""

import argparse
import io
import json
import os
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from moto.core.exceptions import JsonRESTError, ServiceException
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple

import tests.aws.services  # noqa: F401 - changes moto
from tests.aws.services.actions import HANDLERS, Call, Json, Table
from tests.aws.services.given import Given, create

GIVEN_PATH = "/given"
RESET_PATH = "/moto-api/reset"
CREDENTIAL_REGION = re.compile(r"Credential=[^/]+/\d+/([^/]+)/")

Environ: TypeAlias = dict[str, Any]
Start: TypeAlias = Callable[..., Any]
Application: TypeAlias = Callable[[Environ, Start], Iterable[bytes]]


class MotoPlus:
    """The WSGI application: our handlers first, moto for the rest; what is given exists again after a reset."""

    def __init__(self, inner: Application, given: Given) -> None:
        self._inner = inner
        self._given = given
        create(given)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answers one request."""
        path = environ["PATH_INFO"]
        if path == RESET_PATH:
            return self._reset(environ, start)
        if path == GIVEN_PATH:
            create(Given.from_json(json.loads(_body(environ))))
            return _answer(start, "200 OK", {})
        handler = HANDLERS.get(environ.get("HTTP_X_AMZ_TARGET", ""))
        if handler is None:
            return self._inner(environ, start)
        return _handled(handler, environ, start)

    def _reset(self, environ: Environ, start: Start) -> Iterable[bytes]:
        Table.empty_all()
        answer = list(self._inner(environ, start))
        create(self._given)
        return answer


def _handled(handler: Callable[[Call], Json], environ: Environ, start: Start) -> Iterable[bytes]:
    call = Call(json.loads(_body(environ) or b"{}"), _region(environ))
    try:
        return _answer(start, "200 OK", handler(call))
    except ServiceException as error:
        return _fault(start, error.code, error.message)
    except JsonRESTError as error:
        return _fault(start, error.error_type, error.message)


def _fault(start: Start, code: str, message: str) -> Iterable[bytes]:
    return _answer(start, "400 Bad Request", {"__type": code, "message": message, "Message": message})


def _answer(start: Start, status: str, document: Json) -> Iterable[bytes]:
    body = json.dumps(document, default=str).encode()
    start(status, [("Content-Type", "application/x-amz-json-1.1"), ("Content-Length", str(len(body)))])
    return [body]


def _body(environ: Environ) -> bytes:
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _region(environ: Environ) -> str:
    match = CREDENTIAL_REGION.search(environ.get("HTTP_AUTHORIZATION", ""))
    return match.group(1) if match else "us-east-1"


def application(given: Given) -> MotoPlus:
    """The server's application, for whoever brings a server of their own."""
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    return MotoPlus(DomainDispatcherApplication(create_backend_app), given)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serves until it is killed."""
    options = _parser().parse_args(arguments)
    given = Given(
        region=options.given_region,
        subnets=options.given_subnets,
        security_groups=options.given_security_groups,
        images=options.given_images,
    )
    # moto builds links, such as those of queues, with the port it believes to have.
    os.environ["MOTO_PORT"] = str(options.port)
    run_simple(options.host, options.port, application(given), threaded=True, request_handler=MotoRequestHandler)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("port", type=int)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--given-region", default="us-east-1", help="the region of everything given")
    for kind in ("subnets", "security-groups", "images"):
        parser.add_argument(f"--given-{kind}", type=_identifiers, default=(), help=f"{kind} that exist: id,id,...")
    return parser


def _identifiers(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


if __name__ == "__main__":
    main()
