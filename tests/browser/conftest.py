"""The pages in a real browser, on the deployed stack of the integration tests."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.watched_page import Console, WatchedPage
from tests.integration.conftest import api, running_stack, stack

__all__ = ["api", "running_stack", "stack"]

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Open = Callable[..., WatchedPage]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("There is no program `chromium`: install it (Debian and Ubuntu: apt install chromium).")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, stack: dict[str, Any]) -> Iterator[Open]:
    """Open a page of the API in a browser of its own; at the end, nothing in it may have gone wrong.

    `context` is that of another page, to open a second tab.
    """
    pages: list[WatchedPage] = []
    contexts: list[BrowserContext] = []

    def open_one(
        path: str = "console", *, width: int = 1440, dark: bool = False, context: BrowserContext | None = None
    ) -> WatchedPage:
        if context is None:
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
            )
            contexts.append(context)
        page = WatchedPage(context.new_page(), stack["api_url"])
        pages.append(page)
        page.open(path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert [fault for page in pages for fault in page.faults()] == []


@pytest.fixture
def console(open_page: Open, stack: dict[str, Any]) -> Callable[..., Console]:
    """Open the console and log in through its page, by default as the first administrator."""

    def log_in(credentials: dict[str, str] | None = None, **options: Any) -> Console:
        page = Console(open_page(**options))
        page.log_in(credentials or stack["admin"])
        return page

    return log_in
