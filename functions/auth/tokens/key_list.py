"""The stored list of the keys that sign access tokens: one item, so that it is read and changed as a whole.

pk `KEYS`, sk `KEYS`: `token_keys`, a list of maps (key_id, kid, x, y, signs_from, ends), the newest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from payerworks.dynamodb import Item, Table

_TABLE = Table("auth")
_KEY = {"pk": {"S": "KEYS"}, "sk": {"S": "KEYS"}}


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A key on the curve P-256, `x` and `y` as in its JWK; times in seconds since 1970.

    key_id      of KMS
    kid         its name in tokens: the thumbprint (RFC 7638)
    signs_from  when it begins to sign; it verifies from its first listing on
    ends        when it stops to verify; None while no other key replaces it
    """

    key_id: str
    kid: str
    x: str
    y: str
    signs_from: int
    ends: int | None = None

    def has_ended(self, now: float) -> bool:
        return self.ends is not None and self.ends <= now


def read_keys() -> tuple[TokenKey, ...]:
    """The listed keys, the newest first; none before the first rotation."""
    return _keys(_TABLE.get(_KEY))


def _keys(item: Item | None) -> tuple[TokenKey, ...]:
    return tuple(_key(entry["M"]) for entry in item["token_keys"]["L"]) if item else ()


def write_keys(keys: Sequence[TokenKey], replaced: Sequence[TokenKey]) -> bool:
    """Replace the list, if it still is as it was read; whether it was."""
    item = _KEY | {"token_keys": _list(keys)}
    if not replaced:
        return _TABLE.put_if("attribute_not_exists(pk)", item)
    return _TABLE.put_if("token_keys = :replaced", item, {":replaced": _list(replaced)})


def _list(keys: Sequence[TokenKey]) -> dict[str, list[dict[str, Item]]]:
    return {"L": [{"M": _map(key)} for key in keys]}


def _map(key: TokenKey) -> Item:
    members: Item = {name: {"S": getattr(key, name)} for name in ("key_id", "kid", "x", "y")}
    members["signs_from"] = {"N": str(key.signs_from)}
    return members | ({"ends": {"N": str(key.ends)}} if key.ends is not None else {})


def _key(members: Item) -> TokenKey:
    ends = int(members["ends"]["N"]) if "ends" in members else None
    key_id, kid, x, y = (members[name]["S"] for name in ("key_id", "kid", "x", "y"))
    return TokenKey(key_id, kid, x, y, int(members["signs_from"]["N"]), ends)
