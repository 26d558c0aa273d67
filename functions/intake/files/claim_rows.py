"""Files of claims: each row is a claim, with the same result as POST /claims.

A claim's id derives from its tenant, the content of the whole file and its line: the same content under another name
gives the same claims, and two equal lines of a file are two claims. So rows can be loaded in any order, and again.
"""

from collections import Counter
from collections.abc import Sequence

from claims.claim.field_names import field_of
from claims.claim.models import SubmittedClaim
from claims.claim.new_claim import new_claims
from claims.claim.valid_claim import ValidClaim, check_claim
from claims.storage.row_repository import store_rows
from intake.files.columns import ColumnMapping, Layout, is_reject_list, layout_of, missing_columns_message
from intake.files.patient_rows import Fields, bad_row
from intake.files.unreadable import UnreadableFile
from intake.registry.registry_rules import Origin

REQUIRED = tuple(name for name, field in SubmittedClaim.model_fields.items() if field.is_required())

ClaimRow = tuple[int, ValidClaim]
"""A row's line, and its claim."""


def claims_layout(columns: Sequence[str], mapping: ColumnMapping | None = None) -> Layout:
    """The layout of a file of claims with these columns; columns of other names are ignored.

    Raises UnreadableFile that names the fields without a column and those with more than one.
    """
    if mapping:
        return layout_of(columns, mapping)
    numbers: dict[str, list[int]] = {}
    for number, name in enumerate(columns):
        if field := field_of(name):
            numbers.setdefault(field, []).append(number)
    missing = [field for field in REQUIRED if field not in numbers]
    faults = [missing_columns_message(missing, REQUIRED)] if missing else []
    for field, field_numbers in numbers.items():
        if len(field_numbers) > 1:
            names = ", ".join(columns[number].strip() for number in field_numbers)
            faults.append(f"The file has more than one column {field}: {names}.")
    if faults:
        raise UnreadableFile(" ".join(faults))
    return Layout(
        tuple(columns), {field: (tuple(of_field),) for field, of_field in numbers.items()}, is_reject_list(columns)
    )


def claim_row(fields: Fields, line: int) -> ClaimRow:
    """The claim in a row's fields. Raises BadRow with every fault."""
    claim_or_faults = check_claim(fields)
    if isinstance(claim_or_faults, ValidClaim):
        return line, claim_or_faults
    raise bad_row(claim_or_faults)


def load_claims(tenant: str, origin: Origin, rows: Sequence[ClaimRow]) -> tuple[Counter[str], dict[int, str]]:
    """Store the claims of rows (`load` of kinds.FileKind); none is refused. Raises Unavailable."""
    claims = new_claims(tenant, origin.task_id, f"{tenant}#{origin.content_id}", dict(rows))
    duplicates = store_rows(claims)
    return Counter(claims_created=len(claims) - duplicates, duplicates=duplicates), {}
