"""The request of a machine for a token (RFC 6749, sections 2.3.1, 3.2 and 4.4.2), and its errors (section 5.2)."""

import base64
import urllib.parse
from dataclasses import dataclass, field

from payerworks.errors import BadInput, Unauthorized
from payerworks.http import Request

FORM = "application/x-www-form-urlencoded"
MAX_PARAMETERS = 20


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """What a machine says that it is, and its secret."""

    client_id: str
    client_secret: str = field(repr=False)


def read_credentials(request: Request) -> ClientCredentials:
    """The id and secret of a request, from the form or from HTTP Basic.

    Raises WrongMediaType, BadInput, and Unauthorized where there are none. The problems have the member `error`.
    """
    form = _form(request)
    authorization = request.headers.get("authorization", "")
    by_header = _basic(authorization) if authorization else None
    if "grant_type" not in form:
        raise _bad("invalid_request", "The parameter grant_type is missing.")
    if form["grant_type"] != "client_credentials":
        raise _bad("unsupported_grant_type", "The grant_type must be client_credentials.")
    if "scope" in form:
        raise _bad("invalid_scope", "A token has the roles of its client; it takes no scope.")
    if by_header is None:
        if not {"client_id", "client_secret"} <= form.keys():
            raise invalid_client("The client's id and secret are needed.")
        return ClientCredentials(form["client_id"], form["client_secret"])
    if "client_secret" in form or form.get("client_id", by_header.client_id) != by_header.client_id:
        raise _bad("invalid_request", "Give the id and secret either in the form or by HTTP Basic.")
    return by_header


def invalid_client(detail: str = "The client's id or its secret is wrong.") -> Unauthorized:
    """The answer to a client that is not the one it says, whether there is such a one or not."""
    headers = {"WWW-Authenticate": 'Basic realm="payerworks", charset="UTF-8"'}
    return Unauthorized(detail, headers=headers, members={"error": "invalid_client"})


def _form(request: Request) -> dict[str, str]:
    """The parameters that have a value; the others count as left out (section 3.2)."""
    try:
        text = request.body(FORM)
        pairs = urllib.parse.parse_qsl(text, errors="strict", max_num_fields=MAX_PARAMETERS)
    except (BadInput, ValueError):
        raise _bad("invalid_request", "The body is not a form in UTF-8.") from None
    if len(dict(pairs)) < len(pairs):
        raise _bad("invalid_request", "A parameter is given more than once.")
    return dict(pairs)


def _basic(authorization: str) -> ClientCredentials:
    """The credentials of HTTP Basic (RFC 7617), each part encoded as in a form (RFC 6749, section 2.3.1)."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
    except ValueError:
        text = ""
    client_id, _, client_secret = text.partition(":")
    if not client_id or not client_secret:
        raise invalid_client("The Authorization header must be HTTP Basic with the client's id and secret.")
    return ClientCredentials(urllib.parse.unquote_plus(client_id), urllib.parse.unquote_plus(client_secret))


def _bad(error: str, detail: str) -> BadInput:
    return BadInput(detail, members={"error": error})
