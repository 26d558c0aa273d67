"""Words of headers: of requests, and of answers with when they are sent."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ops.description.words.everywhere import REQUEST_ID

_VISIBLE = {"type": "string", "pattern": "^[!-~]+$"}
_TEXT = {"type": "string"}
_ETAG = '"8d777f385d3dfec8815d20f7496026dc"'


class Header(NamedTuple):
    """What a header says, its schema, an example, and whether an answer that may have it always does."""

    text: str
    schema: Mapping[str, Any]
    example: Any
    required: bool = False


OF_REQUESTS: Mapping[str, Header] = {
    "Idempotency-Key": Header(
        "A repeat with the same key, path and JSON value within 24 hours gets the first answer again. "
        "1 to 255 visible ASCII characters.",
        _VISIBLE | {"minLength": 1, "maxLength": 255},
        "2f6c1c1e-8a4b-4f0e-9d55-6a7b8c9d0e1f",
    ),
    "If-Match": Header("The ETag of the version to change; 412 if the current version has another.", _TEXT, _ETAG),
    "If-None-Match": Header(
        "ETags, or `*` for any version. If the current version is one of them, a read answers 304, a write 412.",
        _TEXT,
        _ETAG,
    ),
    "X-Break-Glass": Header(
        "Why a doctor reads a patient without being related to them: 1 to 500 characters. Only where the stack allows "
        "it; the patient's history keeps it. A text that is not ASCII is sent as RFC 8187 says: `UTF-8''fi%C3%A8vre`.",
        _TEXT,
        "Unconscious in the emergency room",
    ),
    "X-Client-Id": Header(
        "A random id that the client made for itself and keeps: 16 to 128 visible ASCII characters.",
        _VISIBLE | {"minLength": 16, "maxLength": 128},
        "b1946ac92492d2347c6235b4d2611184",
    ),
    "X-Session": Header(
        "`cookie`: the refresh token is in a cookie that no script can read, not in a body. Only for pages of this "
        "API's own origin.",
        {"enum": ["cookie"]},
        "cookie",
    ),
    "Prefer": Header("`return=minimal`: an answer without a body (RFC 7240).", _TEXT, "return=minimal"),
    "X-Request-Id": Header(
        "An id for this request: 1 to 128 letters, digits, `.`, `_`, `:` or `-`; generated if missing or not valid.",
        _TEXT,
        REQUEST_ID,
    ),
}

OF_ANSWERS: Mapping[str, Header] = {
    "Accept": Header("The media types that the operation takes (RFC 9110, section 12.5.1).", _TEXT, "application/json"),
    "Allow": Header("The methods that the path has (RFC 9110, section 10.2.1).", _TEXT, "GET, POST", required=True),
    "Cache-Control": Header("For how many seconds the answer may be kept, and by whom.", _TEXT, "public, max-age=300"),
    "Change-Token": Header(
        "Stands for this write; a search with it as `after` waits until it finds the write.",
        _TEXT,
        "WyJtYWluIiwiMTJ4IiwzXQ.pQ7sX2v9",
    ),
    "Content-Disposition": Header(
        "The name under which to save the rows.", _TEXT, 'attachment; filename="visits-rejects.csv"'
    ),
    "ETag": Header("Stands for the current version; changes exactly when the document changes.", _TEXT, _ETAG),
    "Idempotency-Replayed": Header(
        "`true` if this is the answer to an earlier call with the same Idempotency-Key; absent otherwise.",
        {"const": "true"},
        "true",
    ),
    "Link": Header(
        'The next page, relative to this call\'s URL, as `rel="next"` (RFC 8288); absent on the last page.',
        _TEXT,
        '<?limit=20&cursor=WzQsInZpc2l0cyJd.kZ3v9Qx1mB7tR5sL>; rel="next"',
    ),
    "Location": Header(
        "The URL of what was made, or of the file with the rows; may be relative to this call's.",
        _TEXT,
        "claims/0c47b80a4f3d4c0d9f0a6f2f6f1f2a11",
    ),
    "Preference-Applied": Header(
        "The preference that the answer follows (RFC 7240).", {"const": "return=minimal"}, "return=minimal"
    ),
    "RateLimit": Header(
        "How many calls are left (`r`), and in how many seconds there are more (`t`).", _TEXT, '"calls";r=9;t=60'
    ),
    "RateLimit-Policy": Header(
        "How many calls (`q`) a client has in how many seconds (`w`).", _TEXT, '"calls";q=10;w=60'
    ),
    "Retry-After": Header("Seconds to wait before the next try.", {"type": "string", "pattern": "^[0-9]+$"}, "2"),
    "Set-Cookie": Header(
        "The refresh token, or its end; only with `X-Session: cookie`.",
        _TEXT,
        "payerworks_refresh=wUZ3Qm8; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict",
    ),
    "WWW-Authenticate": Header(
        'How to authenticate: `Bearer`, with `error="invalid_token"` where a token was sent.',
        _TEXT,
        'Bearer error="invalid_token"',
        required=True,
    ),
    "X-Request-Id": Header("The id of the request, as in all its log lines.", _TEXT, REQUEST_ID, required=True),
}
