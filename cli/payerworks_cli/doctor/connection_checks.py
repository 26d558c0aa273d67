"""Whether a deployment's API answers, how the way to it is encrypted, and what time it is there."""

import datetime
import ssl
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx

from payerworks_cli.deployment import Deployment, is_on_this_machine
from payerworks_cli.doctor.finding import Finding, fault, ok, warning

TIMEOUT_SECONDS = 10.0
PATH = "/health/live"
"""Answers without touching any other server."""
ENDS_SOON = datetime.timedelta(days=14)
DIFFERS, IS_WRONG = 5, 60
"""Seconds between two clocks: a code of a second factor lasts 30."""


def connection_findings(deployment: Deployment) -> Iterator[Finding]:
    """Whether the API answers, and what its answer shows; only the first finding if it does not."""
    url, began = deployment.api_url, time.time()
    try:
        with (
            httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=not is_on_this_machine(url)) as client,
            client.stream("GET", f"{url}{PATH}") as response,
        ):
            took = time.time() - began
            # The certificate is known while the connection is open.
            further = [_encryption(url, response), _clock(response, began + took / 2)]
            response.read()
    except httpx.TimeoutException:
        remedy = f"try again; {deployment.logs()} may show why"
        yield fault("reachable", f"{url} does not answer within {TIMEOUT_SECONDS:.0f} s", remedy)
    except (httpx.TransportError, httpx.InvalidURL) as error:
        yield _unreachable(error, deployment)
    else:
        yield _answered(response, url, took)
        yield from further


def _answered(response: httpx.Response, url: str, took: float) -> Finding:
    if response.status_code != 200 or '"up"' not in response.text:
        text = f"{url} is not a Payerworks API: GET {PATH} is answered {response.status_code}"
        return fault("reachable", text, "copy api_url from the deployment's outputs")
    return ok("reachable", f"{url} answers in {took * 1000:,.0f} ms")


def _unreachable(error: Exception, deployment: Deployment) -> Finding:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            remedy = "check the address; no token is sent there"
            return fault("encryption", f"the certificate is not valid: {cause.verify_message}", remedy)
        cause = cause.__cause__ or cause.__context__
    return fault("reachable", f"nothing answers at {deployment.api_url}", deployment.if_silent)


def _encryption(url: str, response: httpx.Response) -> Finding:
    if url.startswith("http:"):
        if is_on_this_machine(url):
            return ok("encryption", "none is needed on this machine")
        return warning("encryption", "none: others on the way can read passwords and tokens", "use an https address")
    connection = response.extensions["network_stream"].get_extra_info("ssl_object")
    certificate = connection.getpeercert()
    ends = datetime.datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), datetime.UTC)
    text = f"{connection.version()}, with a certificate until {ends:%Y-%m-%d}"
    if ends - datetime.datetime.now(datetime.UTC) < ENDS_SOON:
        return warning("encryption", text, "who runs the API renews it")
    return ok("encryption", text)


def _clock(response: httpx.Response, now: float) -> Finding:
    """Compare the clocks; the API's is known to the second, and `now` is when it answered."""
    try:
        # The second has begun half a second ago, on average.
        ahead = parsedate_to_datetime(response.headers.get("Date", "")).timestamp() + 0.5 - now
    except ValueError:
        return ok("clock", "the API does not say what time it is")
    seconds = abs(ahead)
    if seconds <= DIFFERS:
        return ok("clock", "the same here as at the API")
    text = f"this machine is {seconds:,.0f} s {'behind' if ahead > 0 else 'ahead of'} the API"
    finding = fault if seconds > IS_WRONG else warning
    return finding("clock", text, "set the clock by the network (NTP): codes of a second factor depend on it")
