"""The sessions of users in the table `auth` (users/repository.py has its keys).

A session's item has what the authorizer needs of its user, so that one read of one item answers a call. So whatever
changes a user changes all of the user's sessions in the same transaction; USER has the map of them, which is limited.
Why no session survives the end of its user's rights, however logins and changes cross:

1.  A session begins only if USER still has the `access_version` that the login read before it checked the password.
        A login reads version 4; an administrator disables the user (version 5); the login's commit is refused.
2.  A change of a user names all sessions of the map that it read, and requires that the map is still the same.
        A change reads a map without session s; a login adds s; the change is refused, reads again, and ends s as well.
3.  What is deleted is refused at the next call: no item, no session. Redis has no part in it.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from auth.sessions.session import Session, living_session, session_item, session_key
from auth.users.repository import User, user_key
from payerworks.dynamodb import ConditionFailed, Item, Part, Table, transact
from payerworks.times import now

_TABLE = Table("auth")
MAX_SESSIONS = 50
"""Sessions of a user at once; a login above ends the oldest. With its user and their devices they fit a transaction."""
MOST_SESSIONS = MAX_SESSIONS + 5
"""What logins that cross, and so each end the same oldest session, may leave: no more than a transaction can end."""
_COPIED = frozenset({"user_type", "roles", "reference_id", "validation_status"})
"""What a session has of its user, besides the e-mail, which never changes."""
_NONE: Mapping[str, Any] = {}
WITH_FACTOR: Item = {"has_factor": {"BOOL": True}}
WITHOUT_FACTOR: Item = {"has_factor": {"BOOL": False}}


@dataclass(frozen=True, slots=True)
class UserUpdate:
    """What a login changes in USER besides its session: clauses of an update expression, and their condition."""

    sets: str = ""
    deletes: str = ""
    condition: str = ""
    values: Item = field(default_factory=dict)


_NO_UPDATE = UserUpdate()


class UserChanged(Exception):
    """The user was changed since it was read; nothing was written."""


def get_session(tenant: str, user_id: str, session_id: str) -> Session | None:
    """A session that has not ended; None if there is none."""
    item = _TABLE.get(session_key(tenant, user_id, session_id))
    return living_session(item)


def list_sessions(tenant: str, user_id: str) -> list[Session]:
    """All sessions of a user that have not ended, the latest login first."""
    key = user_key(tenant, user_id)
    values = {":pk": key["pk"], ":prefix": {"S": "SESSION#"}}
    items = _TABLE.query("pk = :pk AND begins_with(sk, :prefix)", values, ConsistentRead=True)
    living = [session for session in map(living_session, items) if session]
    return sorted(living, key=lambda session: session.created_at, reverse=True)


def begin_session(user: User, session: Session, further: Iterable[Part] = (), update: UserUpdate = _NO_UPDATE) -> None:
    """Store a new session and note it with its user, with an update of the user and further parts, all or nothing.

    Raises UserChanged if the user's rights, password or state changed since it was read, if a condition fails, or if
    too many other logins came between.
    """
    surplus = _surplus(user.sessions)
    olds = {f"#old{number}": old for number, old in enumerate(surplus)}
    remove = f" REMOVE {', '.join(f'sessions.{name}' for name in olds)}" if olds else ""
    values: Item = {
        ":expires": {"N": str(session.expires)},
        ":version": {"N": str(user.access_version)},
        ":true": {"BOOL": True},
        ":most": {"N": str(MOST_SESSIONS)},
    }
    # The map does not grow if one of those that it loses is still in it.
    room = f"(size(sessions) < :most{' OR attribute_exists(sessions.#old0)' if olds else ''})"
    conditions = ["active = :true", "access_version = :version", room, update.condition]
    sets = ", ".join(filter(None, ["sessions.#new = :expires", update.sets]))
    deletes = f" DELETE {update.deletes}" if update.deletes else ""
    note = _TABLE.update_part(
        user_key(user.tenant, user.user_id),
        f"SET {sets}{remove}{deletes}",
        values | update.values,
        " AND ".join(filter(None, conditions)),
        ExpressionAttributeNames={"#new": session.session_id} | olds,
    )
    ended = [_TABLE.delete_part(session_key(user.tenant, user.user_id, old)) for old in surplus]
    try:
        transact([note, _TABLE.put_part(session_item(session)), *ended, *further])
    except ConditionFailed:
        raise UserChanged from None


def _surplus(sessions: Mapping[str, int]) -> list[str]:
    """The sessions that a login removes: those that have ended, and the oldest if there are too many."""
    now_seconds = time.time()
    ended = [name for name, end in sessions.items() if end <= now_seconds]
    living = sorted((end, name) for name, end in sessions.items() if end > now_seconds)
    return ended + [name for _, name in living[: max(0, len(living) - MAX_SESSIONS + 1)]]


def rotate(session: Session, new_hash: str, sealed_answer: str, address: str) -> Session | None:
    """Replace the refresh token of a session; None, or the session as it is if another call came first.

    Raises UserChanged if the session was ended meanwhile.
    """
    values: Item = {
        ":old": {"S": session.refresh_hash},
        ":new": {"S": new_hash},
        ":answer": {"S": sealed_answer},
        ":seconds": {"N": str(int(time.time()))},
        ":now": {"S": now()},
        ":address": {"S": address},
    }
    change = (
        "SET refresh_hash = :new, previous_hash = :old, sealed_answer = :answer, rotated_at = :seconds, "
        "last_used_at = :now, address = :address"
    )
    key = session_key(session.tenant, session.user_id, session.session_id)
    try:
        is_done = lambda item: bool(item["refresh_hash"]["S"] == new_hash)  # noqa: E731
        _TABLE.update(key, change, values, "refresh_hash = :old", is_done=is_done)
    except ConditionFailed as failed:
        current = living_session(failed.item)
        if current is None:
            raise UserChanged from None
        return current
    return None


def end_sessions(user: User, session_ids: Iterable[str]) -> None:
    """End some sessions of a user; those that are none of the user's stay as they are."""
    ended = [session_id for session_id in session_ids if session_id in user.sessions]
    if ended:
        names = {f"#n{number}": session_id for number, session_id in enumerate(ended)}
        forget = _TABLE.update_part(
            user_key(user.tenant, user.user_id),
            f"REMOVE {', '.join(f'sessions.{name}' for name in names)}",
            {},
            ExpressionAttributeNames=names,
        )
        keys = [session_key(user.tenant, user.user_id, session_id) for session_id in ended]
        transact([forget, *map(_TABLE.delete_part, keys)])


def change_user(
    user: User,
    changes: Mapping[str, dict[str, Any]],
    *,
    removes: Iterable[str] = (),
    ends: Iterable[str] = (),
    further: Iterable[Part] = (),
    of_sessions: Mapping[str, Item] = _NONE,
) -> None:
    """Change a user and end some of its sessions; the others follow the user as it is after the change.

    `changes` maps attributes of USER to their new values, `removes` names those that go; the sessions take over
    what they have of it (_COPIED), and `of_sessions` has attributes for some of them, by their ids.
    `further` parts take place in the same transaction, after the others.
    Raises UserChanged if the user or its sessions changed since it was read, or a further part's condition fails.
    """
    parts = change_parts(user, changes, removes=removes, ends=ends, of_sessions=of_sessions)
    try:
        transact([*parts, *further])
    except ConditionFailed:
        raise UserChanged from None


def change_parts(
    user: User,
    changes: Mapping[str, dict[str, Any]],
    *,
    removes: Iterable[str] = (),
    ends: Iterable[str] = (),
    of_sessions: Mapping[str, Item] = _NONE,
) -> list[Part]:
    """The parts of a transaction that changes a user and all its sessions, as `change_user` does."""
    ended = set(ends) | {session_id for session_id, end in user.sessions.items() if end <= time.time()}
    left = {session_id: end for session_id, end in user.sessions.items() if session_id not in ended}
    version: Item = {"access_version": {"N": str(user.access_version + 1)}, "sessions": _map(left)}
    before: Item = {":version": {"N": str(user.access_version)}, ":sessions": _map(user.sessions)}
    condition = "access_version = :version AND sessions = :sessions"
    parts = [_set_part(user_key(user.tenant, user.user_id), {**changes, **version}, condition, before, removes)]
    copied = {name: value for name, value in changes.items() if name in _COPIED}
    for session_id in user.sessions:
        key = session_key(user.tenant, user.user_id, session_id)
        if session_id in ended:
            parts.append(_TABLE.delete_part(key))
        elif new := copied | of_sessions.get(session_id, {}):
            parts.append(_set_part(key, new, "attribute_exists(pk)"))
    return parts


def _set_part(
    key: Item,
    changes: Mapping[str, dict[str, Any]],
    condition: str,
    values: Mapping[str, Any] = _NONE,
    removes: Iterable[str] = (),
) -> Part:
    """Set and remove attributes, some of which have names that DynamoDB reserves."""
    removed = {f"#r{number}": name for number, name in enumerate(removes)}
    names = {f"#n{number}": name for number, name in enumerate(changes)}
    new = {f":n{number}": value for number, value in enumerate(changes.values())}
    pairs = ", ".join(f"{name} = {value}" for name, value in zip(names, new, strict=True))
    change = f"SET {pairs}" + (f" REMOVE {', '.join(removed)}" if removed else "")
    return _TABLE.update_part(key, change, {**new, **values}, condition, ExpressionAttributeNames=names | removed)


def _map(sessions: Mapping[str, int]) -> dict[str, Any]:
    return {"M": {session_id: {"N": str(end)} for session_id, end in sessions.items()}}
