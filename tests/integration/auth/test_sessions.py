"""Sessions through the gateway: many calls at once, and what ends takes effect at the next call."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.conftest import Answer, Api

PASSWORD = "a parcel of green kites"


@dataclass(frozen=True)
class Person:
    """A user of the stack, who knows their password."""

    anybody: Api
    email: str
    user_id: str

    def try_to_log_in(self, password: str = PASSWORD, **headers: str) -> Answer:
        return self.anybody.post("/auth/login", {"email": self.email, "password": password}, **headers)

    def log_in(self, **headers: str) -> dict[str, Any]:
        answer = self.try_to_log_in(**headers)
        assert answer.status == 200, answer.body
        tokens: dict[str, Any] = answer.json()
        return tokens

    def api(self, tokens: dict[str, Any]) -> Api:
        return Api(self.anybody.url, {"Authorization": f"Bearer {tokens['access_token']}"})

    def refresh(self, tokens: dict[str, Any]) -> Answer:
        return self.anybody.post("/auth/refresh", {"refresh_token": tokens["refresh_token"]})


@pytest.fixture
def person(api: Api) -> Person:
    email = f"{uuid.uuid4().hex}@example.com"
    user = {"email": email, "password": PASSWORD, "user_type": "staff", "roles": ["plans"], "reference_id": "r-1"}
    answer = api.post("/users/create", user)
    assert answer.status == 201, answer.body
    return Person(Api(api.url), email, answer.json()["user_id"])


def test_five_refreshes_of_one_token_at_once_are_one_rotation(person: Person) -> None:
    tokens = person.log_in()
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: person.refresh(tokens), range(5)))
    assert [answer.status for answer in answers] == [200] * 5
    assert len({answer.body for answer in answers}) == 1
    pair = answers[0].json()
    assert person.api(pair).get("/v1/plan").status == 200
    assert person.refresh(pair).status == 200


def test_a_logout_takes_effect_at_the_next_call(person: Person) -> None:
    ended, kept = person.log_in(), person.log_in()
    assert person.api(ended).get("/v1/plan").status == 200
    assert person.api(ended).post("/auth/logout", None).status == 204
    refused = person.api(ended).get("/v1/plan")
    assert refused.status == 401
    assert "invalid_token" in refused.headers["www-authenticate"]
    assert person.refresh(ended).status == 401
    assert person.api(kept).get("/v1/plan").status == 200


def cookie_of(answer: Answer) -> str:
    """What a browser sends back of the cookie that an answer sets."""
    assert answer.status == 200, answer.body
    assert "refresh_token" not in answer.json()
    cookie, *attributes = answer.headers["set-cookie"].split("; ")
    assert {"HttpOnly", "Secure", "SameSite=Strict"} < set(attributes)
    return cookie


def test_a_session_by_cookie_lasts_until_its_logout_or_a_second_use(person: Person) -> None:
    def refresh(cookie: str, **headers: str) -> Answer:
        return person.anybody.post("/auth/refresh", None, Cookie=cookie, **{"X_Session": "cookie"} | headers)

    first = cookie_of(person.try_to_log_in(X_Session="cookie"))
    second = cookie_of(refresh(first, Sec_Fetch_Site="same-origin"))
    answer = refresh(f"another=1; {second}")
    third = cookie_of(answer)
    assert len({first, second, third}) == 3
    assert refresh(third, Sec_Fetch_Site="cross-site").status == 403
    mine = person.api(answer.json())
    assert mine.get("/v1/plan").status == 200
    replayed = refresh(first)
    assert (replayed.status, "Max-Age=0" in replayed.headers["set-cookie"]) == (401, True)
    assert mine.get("/v1/plan").status == 401
    assert refresh(third).status == 401
    login = person.try_to_log_in(X_Session="cookie")
    ended = person.api(login.json()).post("/auth/logout", None, X_Session="cookie")
    assert (ended.status, "Max-Age=0" in ended.headers["set-cookie"]) == (204, True)
    assert refresh(cookie_of(login)).status == 401


def test_a_change_of_roles_takes_effect_at_the_next_call(api: Api, person: Person) -> None:
    mine = person.api(person.log_in())
    assert (mine.get("/v1/plan").status, mine.get("/claims").status) == (200, 403)
    assert api.call("PATCH", f"/users/{person.user_id}", {"roles": ["claims"]}).status == 200
    assert (mine.get("/v1/plan").status, mine.get("/claims").status) == (403, 200)
    assert api.call("PATCH", f"/users/{person.user_id}", {"active": False}).status == 200
    assert mine.get("/claims").status == 401
    assert person.try_to_log_in().status == 403


def test_guesses_at_once_are_limited_exactly_and_do_not_lock_the_owner_out(person: Person) -> None:
    device = {"X_Client_Id": uuid.uuid4().hex}
    person.log_in(**device)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda number: person.try_to_log_in(f"guess {number}"), range(12)))
    statuses = sorted(answer.status for answer in answers)
    assert statuses == [401] * 5 + [429] * 7
    assert all(answer.headers["retry-after"] for answer in answers if answer.status == 429)
    assert person.try_to_log_in(**device).status == 200
