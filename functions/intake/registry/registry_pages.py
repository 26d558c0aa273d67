"""Patients of table `intake` as their documents should be: what indexing, drift checks and reindexing read."""

from collections.abc import Iterable

from intake.registry.registry_items import TABLE, patient_from, patient_key
from intake.registry.search_index import Document, PatientKey, document_of
from payerworks.batches import read_all
from payerworks.dynamodb import Item


def stored_documents(keys: Iterable[PatientKey]) -> dict[PatientKey, Document]:
    """The documents of these patients, as they are in the table now: those that there are. Raises Unavailable."""
    wanted = [patient_key(*key) for key in dict.fromkeys(keys)]
    return {document.key: document for document in map(_document, read_all(TABLE, wanted))}


def patient_page(tenant: str | None, position: Item | None) -> tuple[list[Document], Item | None]:
    """The patients in the table's next megabyte, of one tenant or of all (None), and the position of the next page.

    A position is a key as a JSON value, None at the beginning and after the end. It is a Scan: no request waits for it.
    """
    condition = "sk = :patient" + (" AND begins_with(pk, :tenant)" if tenant else "")
    values = {":patient": {"S": "PATIENT"}} | ({":tenant": {"S": f"{tenant}#"}} if tenant else {})
    start = {"ExclusiveStartKey": position} if position else {}
    page = next(
        TABLE.pages("scan", ConsistentRead=True, FilterExpression=condition, ExpressionAttributeValues=values, **start)
    )
    return [_document(item) for item in page["Items"]], page.get("LastEvaluatedKey")


def _document(item: Item) -> Document:
    tenant, _, patient_id = item["pk"]["S"].split("#", 2)
    return document_of(tenant, patient_id, patient_from(item))
