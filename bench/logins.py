"""CPU of a login and of the authorizer, alone and among 100,000 users with a session each.

A login is compared with the verification of its password by argon2 alone. The authorizer's CPU is given beyond its one
read, a bare GetItem of the session.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from bench.built_code import measured, report
from bench.figures import ROUNDS, Row
from localstack.layout import ROOT

FEW, MANY = 10, 100_000
LOGINS, CALLS = 20, 200
PASSWORD = "correct horse battery"


def rows(outputs: dict[str, Any]) -> Iterator[Row]:
    """The ratio of a login, the milliseconds of the authorizer, and both among many users compared with few."""
    few, many = measured(outputs, "bench.logins")
    yield Row("login / bare verification of its password by argon2", few["login"], 1.5)
    yield Row("warm authorizer beyond its one read", few["authorizer"], 2.0, "ms")
    for name in ("login", "authorizer"):
        pairs = zip(many[f"{name}_seconds"], few[f"{name}_seconds"], strict=True)
        yield Row(f"{name} among {MANY:,} users with sessions / among {FEW}", [a / b for a, b in pairs], 1.25)


def measure() -> list[dict[str, list[float]]]:
    """The figures of each round, among few and among many users."""
    figures = []
    for number, users in enumerate((FEW, MANY)):
        store(users, f"{number}-{uuid.uuid4().hex[:8]}")
        figures.append(measure_one())
    return figures


def measure_one() -> dict[str, list[float]]:
    """The figures of each round for one more user, who logs in as often as is measured."""
    from auth import authorize_token, log_in
    from auth.sessions.session_repository import get_session
    from auth.tokens.access_token import verify_token
    from auth.users import repository
    from auth.users.passwords import hash_password, is_correct

    email = f"{uuid.uuid4().hex}@example.com"
    hashed = hash_password(PASSWORD)
    repository.add_user(repository.User("bench", uuid.uuid4().hex, email, "patient", hashed))
    login = json.loads((ROOT / "events/auth/log_in.json").read_text())
    login |= {"body": json.dumps({"email": email, "password": PASSWORD})}
    authorization = json.loads((ROOT / "events/auth/authorize_token.json").read_text())

    def logged_in() -> str:
        answer = log_in.handler(login, None)
        if answer["statusCode"] != 200:
            raise SystemExit(f"a login was answered {answer['statusCode']}")
        return str(json.loads(answer["body"])["access_token"])

    token = logged_in()
    subject = verify_token(token)
    event = authorization | {"authorizationToken": f"Bearer {token}"}

    def authorized() -> None:
        if not authorize_token.handler(event, None)["context"]:
            raise SystemExit("a token was refused")

    def read() -> None:
        get_session(subject.tenant, subject.user_id, subject.session_id)

    found: dict[str, list[float]] = {"login": [], "login_seconds": [], "authorizer": [], "authorizer_seconds": []}
    for _ in range(ROUNDS):
        bare = cpu(lambda: is_correct(PASSWORD, hashed), LOGINS)
        ours = cpu(logged_in, LOGINS)
        found["login"].append(ours / bare)
        found["login_seconds"].append(ours)
        # The session that is read is one of many of its user by now; the oldest have ended.
        event["authorizationToken"] = f"Bearer {logged_in()}"
        subject = verify_token(event["authorizationToken"].removeprefix("Bearer "))
        whole = cpu(authorized, CALLS)
        found["authorizer"].append((whole - cpu(read, CALLS)) / CALLS * 1000)
        found["authorizer_seconds"].append(whole)
    return found


def cpu(call: Callable[[], object], times: int) -> float:
    """CPU seconds of some calls, after one that is not measured."""
    call()
    began = time.process_time()
    for _ in range(times):
        call()
    return time.process_time() - began


def store(number: int, name: str) -> None:
    """Store users with a session each, as a login stores it."""
    from auth.sessions.session import Session, session_item
    from auth.users import repository
    from payerworks.batches import write_all
    from payerworks.dynamodb import Table

    table = Table("auth")
    for first in range(0, number, 1000):
        requests = []
        for one in range(first, min(number, first + 1000)):
            user = repository.User("bench", f"{name}-{one}", f"{name}-{one}@example.com", "patient", "a hash")
            session = Session(
                *("bench", user.user_id, "s-1", user.email, "patient", (), "", 9_999_999_999),
                *("hash", "", "agent", "Firefox", "127.0.0.1", "2026-01-01", "2026-01-01"),
            )
            items = [part["Put"]["Item"] for part in repository.new_user_parts(user)]
            requests += [{"PutRequest": {"Item": item}} for item in (*items, session_item(session))]
        write_all(table, requests)


if __name__ == "__main__":
    report(measure)
