"""What holds in every room: a reload brings back what its address says."""

from collections.abc import Callable

import pytest

from tests.browser.directory import People, login_of, people
from tests.browser.test_frame import PLACES
from tests.browser.watched_page import Console
from tests.integration.conftest import Api

Login = Callable[..., Console]


@pytest.fixture(scope="module")
def known(api: Api) -> People:
    return people(api)


def places_of(known: People) -> list[str]:
    """Every room, and the pages of a person."""
    parts = ("", "/dashboard", "/health", "/record", "/appointments", "/contacts", "/history")
    patient = [f"directory/patients/{known.patient['id']}{part}" for part in parts]
    return [*PLACES, "operations/search", "audit/verify", "audit/disclosures", "directory/appointments", *patient]


def heading(opened: Console) -> str:
    return opened.page.get_by_role("heading", level=1).first.inner_text()


def test_every_room_survives_a_reload(console: Login, known: People) -> None:
    opened = console()
    opened.watched.expect(404)  # an index that was never compared
    for place in places_of(known):
        opened.go(place)
        opened.settle()
        before, address = heading(opened), opened.page.url
        opened.page.reload()
        opened.page.get_by_role("heading", level=1, name=before, exact=True).wait_for()
        opened.settle()
        assert opened.page.url == address
        assert opened.page.get_by_role("alert").count() == 0, place


@pytest.mark.parametrize("who", ["patient", "doctor", "institution"])
def test_the_rooms_of_people_survive_a_reload(console: Login, known: People, who: str) -> None:
    opened = console(login_of(getattr(known, who)))
    for place in ("", "directory", "directory/appointments", "plans", "account"):
        opened.go(place)
        opened.settle()
        before = heading(opened)
        opened.page.reload()
        opened.page.get_by_role("heading", level=1, name=before, exact=True).wait_for()
        opened.settle()
        assert opened.page.get_by_role("alert").count() == 0, place
