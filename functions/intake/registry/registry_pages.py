"""The index documents of the patients in table `intake`, for indexing, drift checks and reindexing."""

from collections.abc import Iterable

from intake.registry.registry_items import TABLE, patient_from, patient_key
from intake.registry.search_index import Document, PatientKey, document_of
from payerworks.batches import read_all
from payerworks.dynamodb import Item


def stored_documents(patients: Iterable[PatientKey]) -> dict[PatientKey, Document]:
    """The current documents of those of these patients that are stored. Raises Unavailable."""
    keys = [patient_key(*patient) for patient in dict.fromkeys(patients)]
    return {document.key: document for document in map(_document, read_all(TABLE, keys))}


def patient_page(tenant: str | None, position: Item | None) -> tuple[list[Document], Item | None]:
    """The patients in the table's next megabyte, of one tenant or of all (None), and the position of the next page.

    A position is a key as a JSON value, None at the beginning and after the end. No request waits for this Scan.
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
