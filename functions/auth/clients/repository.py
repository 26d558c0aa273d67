"""The clients of a tenant in the table `auth` (users/repository.py has its other keys).

pk                   sk
{tenant}#CLIENTS     CLIENT#{client_id}     name, roles, created_at, client_secrets (the newest first)

The ids of clients rise with time, so one Query lists a tenant's clients by age, and one GetItem answers a call.

Access patterns
    a call of the API, a token      GetItem
    the list of a tenant            Query, backwards
    a rotation                      PutItem on condition that the secrets are as they were read
"""

from dataclasses import replace

from auth.clients.client import Client, ClientSecret, tenant_of
from payerworks.dynamodb import ConditionFailed, Item, Table, transact

_TABLE = Table("auth")
_UNKNOWN = "-"


def find_client(client_id: str) -> Client | None:
    """The client with an id, of whatever tenant; None after as many reads if the text cannot be an id."""
    tenant = tenant_of(client_id)
    return get_client(tenant or _UNKNOWN, client_id if tenant else _UNKNOWN)


def get_client(tenant: str, client_id: str) -> Client | None:
    """A client of a tenant; None if there is none."""
    item = _TABLE.get(_key(tenant, client_id))
    return _client(tenant, item) if item else None


def list_clients(tenant: str, after: str | None, limit: int) -> list[Client]:
    """Up to `limit` clients of a tenant, the newest first; `after` is the id before the first."""
    start = {"ExclusiveStartKey": _key(tenant, after)} if after else {}
    values = {":pk": _key(tenant, "")["pk"]}
    pages = _TABLE.query_pages("pk = :pk", values, Limit=limit, ScanIndexForward=False, ConsistentRead=True, **start)
    return [_client(tenant, item) for item in next(pages)["Items"]]


def add_client(client: Client) -> None:
    """Store a new client."""
    _TABLE.put(_item(client), "attribute_not_exists(pk)")


def replace_secrets(client: Client, secrets: tuple[ClientSecret, ...]) -> bool:
    """Replace the secrets of a client, if they and the client still are as they were read; whether they were."""
    values = {":replaced": _item(client)["client_secrets"]}
    return _TABLE.put_if("client_secrets = :replaced", _item(replace(client, secrets=secrets)), values)


def delete_client(tenant: str, client_id: str) -> bool:
    """Delete a client; False if there is none."""
    try:
        transact([_TABLE.delete_part(_key(tenant, client_id), "attribute_exists(pk)")])
    except ConditionFailed:
        return False
    return True


def _key(tenant: str, client_id: str) -> Item:
    return {"pk": {"S": f"{tenant}#CLIENTS"}, "sk": {"S": f"CLIENT#{client_id}"}}


def _item(client: Client) -> Item:
    return _key(client.tenant, client.client_id) | {
        "name": {"S": client.name},
        "roles": {"L": [{"S": role} for role in client.roles]},
        "created_at": {"S": client.created_at},
        "client_secrets": {"L": [{"M": _members(secret)} for secret in client.secrets]},
    }


def _members(secret: ClientSecret) -> Item:
    members = {name: {"S": getattr(secret, name)} for name in ("secret_id", "hash", "created_at")}
    return members | ({"ends": {"N": str(secret.ends)}} if secret.ends is not None else {})


def _client(tenant: str, item: Item) -> Client:
    return Client(
        tenant=tenant,
        client_id=item["sk"]["S"].removeprefix("CLIENT#"),
        name=item["name"]["S"],
        roles=tuple(role["S"] for role in item["roles"]["L"]),
        created_at=item["created_at"]["S"],
        secrets=tuple(_secret(entry["M"]) for entry in item["client_secrets"]["L"]),
    )


def _secret(members: Item) -> ClientSecret:
    ends = int(members["ends"]["N"]) if "ends" in members else None
    return ClientSecret(members["secret_id"]["S"], members["hash"]["S"], members["created_at"]["S"], ends)
