"""Table `audit`: the entries of the ledger to search; the files are in a bucket of their own (segments.py).

pk                           sk
{tenant}#HEAD                HEAD              the last link: its place (list_order) and entry_hash
{tenant}#DAYS                {day}             the last link of a day: list_order, entry_hash
{tenant}#DAY#{day}           {number}          a link: entry (its text), entry_hash, segment (the number of the first
                                               link that was appended with it)
{tenant}#CALL#{call}         CALL              the place of a call's entry: list_order, segment; `outcome`, whether the
                                               entry has the call's outcome: "known" or "unknown"
{tenant}#OF#{id}             {day}#{number}    an entry on the data of somebody: a patient of the directory or the
                                               registry, or a subscriber
{tenant}#BY#{user}           {day}#{number}    an entry of a user

Access patterns
    entries are appended         GetItem HEAD, BatchGetItem CALL, then one transaction: HEAD on condition that it is the
                                 link that was read, DAYS, and of each entry the link and CALL, on condition that there
                                 is none. Then the file, OF and BY, which may be written any number of times
    entries of a day             Query DAY, backwards
    entries of somebody, by a user    Query OF or BY, backwards, then BatchGetItem DAY
    the chain of a day           Query DAY, forwards; GetItem DAYS
Nothing is deleted. All but HEAD, DAYS, CALL whose outcome becomes known stays as it was put; `rebuild_audit` makes all
of it again from the files.
"""

from collections.abc import Iterable, Iterator

from audit.chain.links import Link, Place
from payerworks.batches import in_parallel
from payerworks.dynamodb import Item, Table

TABLE = Table("audit")
SEGMENT = 49
"""Links that are appended together at most: two items each, HEAD and DAYS are a transaction of 100."""


def head_key(tenant: str) -> Item:
    return {"pk": {"S": f"{tenant}#HEAD"}, "sk": {"S": "HEAD"}}


def day_key(tenant: str, day: str) -> Item:
    """The key of the last link of a day."""
    return {"pk": {"S": f"{tenant}#DAYS"}, "sk": {"S": day}}


def link_partition(tenant: str, day: str) -> str:
    return f"{tenant}#DAY#{day}"


def link_key(tenant: str, place: Place) -> Item:
    return {"pk": {"S": link_partition(tenant, place.day)}, "sk": {"S": f"{place.number:09}"}}


def call_key(tenant: str, call: str) -> Item:
    return {"pk": {"S": f"{tenant}#CALL#{call}"}, "sk": {"S": "CALL"}}


def of_partition(tenant: str, subject_id: str) -> str:
    return f"{tenant}#OF#{subject_id}"


def by_partition(tenant: str, user: str) -> str:
    return f"{tenant}#BY#{user}"


def end_item(key: Item, place: Place, entry_hash: str) -> Item:
    """The item of the last link, of all (HEAD) or of a day."""
    return key | {"list_order": {"S": place.key}, "entry_hash": {"S": entry_hash}}


def link_item(tenant: str, day: str, link: Link, segment: int) -> Item:
    texts = {"entry": {"S": link.text}, "entry_hash": {"S": link.hash}}
    return link_key(tenant, Place(day, link.number)) | texts | {"segment": {"N": str(segment)}}


def link_of(item: Item) -> Link:
    return Link(int(item["sk"]["S"]), item["entry_hash"]["S"], item["entry"]["S"])


def call_item(tenant: str, day: str, link: Link, segment: int) -> Item:
    """The item CALL of a link's entry."""
    entry = link.entry or {}
    return call_key(tenant, str(entry["call"])) | {
        "list_order": {"S": Place(day, link.number).key},
        "segment": {"N": str(segment)},
        "outcome": {"S": "unknown" if entry["outcome"] is None else "known"},
    }


def search_items(tenant: str, day: str, links: Iterable[Link]) -> Iterator[Item]:
    """The items OF and BY of links."""
    for link in links:
        entry = link.entry or {}
        place = {"sk": {"S": Place(day, link.number).key}}
        ids = dict.fromkeys(subject.partition(":")[2] for subject in entry["subjects"])
        for partition in (by_partition(tenant, entry["user"]), *(of_partition(tenant, each) for each in ids)):
            yield {"pk": {"S": partition}} | place


def put_all(items: Iterable[Item]) -> None:
    """Put items, eight at once. A batch write would need a right that lets it delete, too."""
    in_parallel(TABLE.put, list(items))
