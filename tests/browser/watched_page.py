"""A page that remembers everything that goes wrong in it."""

import json
import re
from functools import cache
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, Response

from localstack.layout import ROOT

SECONDS = 30_000
"""Milliseconds to wait for what a page shows: functions may start cold on a busy machine."""
DRAWN = 300
"""Milliseconds in which a page draws what it got, and asks for more."""
_STATUS = re.compile(r"the server responded with a status of (\d+)")
SERIOUS = ("serious", "critical")


class WatchedPage:
    """A page of the API at `base`. Statuses that a test makes happen on purpose are allowed by `expect`."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self._expected: set[str] = set()
        self._faults: list[str] = []
        self.sizes: dict[str, int] = {}
        """Bytes of each answer, as they came, by the last part of its path."""
        page.set_default_timeout(SECONDS)
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self._faults.append(f"error: {error}"))
        page.on("requestfailed", self._note_failure)
        page.on("request", self._note_host)
        page.on("requestfinished", self._note_size)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.base}/{path}")

    def expect(self, *expected: int | str) -> None:
        """Allow answers with a status, and failures with a text such as `net::ERR_INTERNET_DISCONNECTED`."""
        self._expected |= {str(each) for each in expected}

    def faults(self) -> list[str]:
        return [fault for fault in self._faults if not any(each in fault for each in self._expected)]

    def serious_faults_of_access(self) -> list[str]:
        """What axe finds that keeps people from using the page (WCAG 2.2 AA)."""
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        # Evaluated, not added as a script: the page's policy allows none.
        self.page.evaluate(_axe())
        found = self.page.evaluate(f"axe.run({json.dumps({'runOnly': tags})})")
        return [
            f"{fault['id']}: {node['html']} {node['failureSummary']}"
            for fault in found["violations"]
            if fault["impact"] in SERIOUS
            for node in fault["nodes"]
        ]

    def overflows(self) -> bool:
        """Whether the page is wider than its window."""
        wider: bool = self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        return wider

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            status = _STATUS.search(message.text)
            self._faults.append(f"status {status[1]}" if status else f"error: {message.text}")

    def _note_failure(self, request: Request) -> None:
        # A page gives up what it does not need any more.
        if request.failure != "net::ERR_ABORTED":
            self._faults.append(f"failed: {urlsplit(request.url).path} {request.failure}")

    def _note_host(self, request: Request) -> None:
        if urlsplit(request.url).scheme not in ("data", "blob") and not request.url.startswith(self.base):
            self._faults.append(f"another host: {request.url}")

    def _note_size(self, request: Request) -> None:
        sizes = request.sizes()
        self.sizes[urlsplit(request.url).path.rpartition("/")[2]] = sizes["responseBodySize"]


class Console:
    """The console, as its users see it."""

    def __init__(self, watched: WatchedPage) -> None:
        self.watched = watched
        self.page = watched.page

    def log_in(self, credentials: dict[str, str]) -> None:
        self.fill_in(credentials)
        self.page.get_by_role("heading", level=1, name="Home").wait_for()

    def fill_in(self, credentials: dict[str, str]) -> None:
        """Send the login form, whatever comes of it."""
        self.page.get_by_label("E-mail").fill(credentials["email"])
        self.page.get_by_label("Password").fill(credentials["password"])
        self.page.get_by_role("button", name="Log in").click()

    def go(self, place: str) -> None:
        """Go to a place such as `claims?status=failed`, and wait for its title."""
        self.watched.open(f"console#/{place}")
        self.page.get_by_role("heading", level=1).first.wait_for()

    def settle(self) -> None:
        """Wait until nothing is loading any more."""
        self.page.wait_for_timeout(DRAWN)
        while waiting := self.page.locator(".skeleton").all():
            waiting[0].wait_for(state="detached")


@cache
def _axe() -> str:
    return (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


__all__ = ["Console", "Response", "WatchedPage"]
