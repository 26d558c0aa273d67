"""The room of operations: an operator's day with queues and indexes, an administrator's with users and machines."""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from localstack.deployed import aws_client
from tests.browser.watched_page import Console
from tests.integration.conftest import Api

Login = Callable[..., Console]
PASSWORD = "long enough for anyone 7"


@pytest.fixture
def new_user(api: Api) -> Callable[..., dict[str, Any]]:
    """Make a user that no other test has: its credentials and its id."""

    def make(**members: Any) -> dict[str, Any]:
        email = f"user-{time.time_ns()}@payerworks.example"
        made = api.post("/users/create", {"email": email, "password": PASSWORD, "user_type": "staff"} | members)
        assert made.status == 201, made.body
        return {"email": email, "password": PASSWORD, "id": made.json()["user_id"]}

    return make


def credentials(user: dict[str, Any]) -> dict[str, str]:
    return {"email": user["email"], "password": user["password"]}


def test_a_dead_message_is_looked_at_and_sent_back(
    console: Login, stack: dict[str, Any], new_user: Callable[..., dict[str, Any]]
) -> None:
    opened = console(credentials(new_user(roles=["operations"])))
    request_id = uuid.uuid4().hex
    # Of a job that does not exist: its receiver has nothing to do.
    message = {"job": "drift", "index": "plans", "id": "none", "slice": 0, "requestId": request_id}
    dead_letters = stack["queues"]["SearchJobsDeadLetters"]
    aws_client(stack, "sqs").send_message(QueueUrl=dead_letters, MessageBody=json.dumps(message))
    opened.go("operations")
    opened.page.get_by_role("row", name="search-jobs").filter(has_text="dead").wait_for()
    opened.page.get_by_role("link", name="search-jobs").click()
    opened.page.get_by_text(request_id).wait_for()
    opened.page.get_by_role("button", name="Send them back to the queue").click()
    opened.page.get_by_text("messages were sent back").wait_for()
    opened.page.get_by_text(request_id).wait_for(state="hidden")


def test_an_index_is_compared_repaired_and_built_anew(console: Login) -> None:
    opened = console()
    page = opened.page
    opened.watched.expect(404)  # an index that was not compared yet
    opened.go("operations/search")
    drift = page.locator(".panel").filter(has_text="Plans: index and table")
    drift.get_by_role("button", name="Check and repair").click()
    drift.get_by_text("Sent to be indexed again").wait_for()
    drift.get_by_text("Completed").wait_for()
    reindex = page.locator(".panel").filter(has_text="Plans: build the index anew")
    reindex.get_by_role("button", name="Build anew").click()
    page.get_by_text("The new index is being built.").wait_for()
    reindex.get_by_text("Completed").wait_for()
    page.reload()
    reindex.get_by_text("Documents").wait_for()


def test_an_operator_sees_neither_users_nor_machines(console: Login, new_user: Callable[..., dict[str, Any]]) -> None:
    opened = console(credentials(new_user(roles=["operations"])))
    opened.go("operations")
    opened.page.get_by_role("navigation", name="Operations").wait_for()
    tabs = opened.page.get_by_role("navigation", name="Operations").get_by_role("link").all_inner_texts()
    assert tabs == ["System and queues", "Search indexes"]


def test_support_looks_at_users_and_changes_nothing(console: Login, new_user: Callable[..., dict[str, Any]]) -> None:
    looked_at = new_user(roles=["plans"])
    opened = console(credentials(new_user(roles=["support"])))
    opened.go(f"operations/users?email={looked_at['email']}")
    opened.page.get_by_text("1 in all").wait_for()
    opened.page.get_by_role("link", name=looked_at["email"]).click()
    opened.page.get_by_text("The user is not logged in anywhere.").wait_for()
    assert opened.page.get_by_role("main").get_by_role("button", name="Disable").count() == 0
    assert opened.page.get_by_role("button", name="Save").count() == 0


def test_a_user_is_invited_and_opens_the_link(console: Login, open_page: Callable[..., Any]) -> None:
    opened = console()
    page = opened.page
    email = f"invited-{time.time_ns()}@payerworks.example"
    opened.watched.expect(400)
    opened.go("operations/users/new")
    page.get_by_label("E-mail").fill("not an address")
    page.get_by_role("button", name="Make and invite the user").click()
    page.locator(".field.is-wrong").get_by_label("E-mail").wait_for()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Claims").check()
    page.get_by_role("button", name="Make and invite the user").click()
    dialog = page.get_by_role("dialog", name="A link for the user")
    link = dialog.locator("code").inner_text()
    dialog.get_by_role("button", name="I have kept it").click()
    page.get_by_text("Invited", exact=True).wait_for()

    invited = open_page(f"console{link.partition('console')[2]}")
    invited.page.get_by_role("heading", level=1, name="Choose a password").wait_for()
    assert "token" not in invited.page.url
    assert invited.serious_faults_of_access() == []
    invited.expect(400)
    invited.page.get_by_label("New password").fill("password")
    invited.page.get_by_role("button", name="Set the password").click()
    invited.page.locator(".field.is-wrong").wait_for()
    invited.page.get_by_label("New password").fill(PASSWORD)
    invited.page.get_by_role("button", name="Set the password").click()
    invited.page.get_by_role("heading", level=1, name="Your password is set").wait_for()
    invited.page.get_by_role("button", name="Go to the login").click()
    Console(invited).log_in({"email": email, "password": PASSWORD})

    used = open_page(f"console{link.partition('console')[2]}")
    used.expect(400)
    used.page.get_by_label("New password").fill(PASSWORD)
    used.page.get_by_role("button", name="Set the password").click()
    used.page.get_by_role("alert").filter(has_text="The link is no longer valid.").wait_for()


def test_rights_that_were_changed_meanwhile_are_read_again(
    console: Login, api: Api, new_user: Callable[..., dict[str, Any]]
) -> None:
    user = new_user(roles=["plans"])
    opened = console()
    page = opened.page
    opened.go(f"operations/users/{user['id']}")
    page.get_by_label("Claims").check()
    etag = api.get(f"/users/{user['id']}").headers["etag"]
    assert api.call("PATCH", f"/users/{user['id']}", {"active": False}, If_Match=etag).status == 200
    opened.watched.expect(412)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Read the user again, and keep my changes").click()
    page.get_by_text("Disabled", exact=True).wait_for()
    assert page.get_by_label("Claims").is_checked()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The user was changed.").wait_for()
    page.get_by_text("Plans, Claims", exact=True).wait_for()
    assert api.get(f"/users/{user['id']}").json()["roles"] == ["plans", "claims"]
    page.get_by_role("button", name="Enable").click()
    page.get_by_text("The user is enabled.").wait_for()


def test_the_sessions_of_a_user_are_ended_and_a_second_factor_is_reset(
    console: Login, open_page: Callable[..., Any], new_user: Callable[..., dict[str, Any]]
) -> None:
    user = new_user(roles=["claims"])
    console(credentials(user)).watched.expect(401)
    opened = console()
    page = opened.page
    opened.go(f"operations/users/{user['id']}")
    page.get_by_role("button", name="End all").click()
    page.get_by_text("The user is not logged in anywhere.").wait_for()
    page.get_by_role("button", name="Reset second factor").click()
    page.get_by_role("dialog").get_by_role("button", name="Reset it").click()
    page.get_by_text("The user has no second factor any more.").wait_for()


def test_the_secret_of_a_machine_is_shown_once(console: Login, api: Api) -> None:
    name = f"machine {time.time_ns()}"
    opened = console()
    page = opened.page
    opened.go("operations/clients")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Plans").check()
    page.get_by_role("button", name="Make the machine").click()
    dialog = page.get_by_role("dialog", name=f"The secret of {name}")
    secret = dialog.locator("code").last.inner_text()
    page.keyboard.press("Escape")
    dialog.get_by_role("button", name="I have kept it").click()
    row = page.get_by_role("listitem").filter(has_text=name)
    row.get_by_role("button", name="New secret").click()
    page.get_by_role("dialog").get_by_role("button", name="Make a new secret").click()
    assert dialog.locator("code").last.inner_text() != secret
    dialog.get_by_role("button", name="I have kept it").click()
    page.reload()
    row.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the machine").click()
    row.wait_for(state="hidden")
    assert name not in str(api.get("/clients?limit=100").json())
