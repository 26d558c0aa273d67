"""Files of claims: each row is a claim, as if it were posted.

A claim's id is made of its tenant, the whole file's content and its line: the same content under any name is the same
claims, and two equal lines of one file are two. So rows can be loaded in any order, and again.
"""

from collections import Counter
from collections.abc import Sequence

from claims.claim.field_names import field_of
from claims.claim.models import SubmittedClaim
from claims.claim.new_claim import new_claims
from claims.claim.valid_claim import ValidClaim, check_claim
from claims.storage.row_repository import store_rows
from intake.files.columns import ColumnMapping, Layout, layout_of, lists_rejects, what_is_missing
from intake.files.patient_rows import Fields, bad_row
from intake.files.unreadable import UnreadableFile
from intake.registry.registry_rules import Origin

REQUIRED = tuple(name for name, field in SubmittedClaim.model_fields.items() if field.is_required())

ClaimRow = tuple[int, ValidClaim]
"""A row's line, and its claim."""


def claims_layout(columns: Sequence[str], mapping: ColumnMapping | None = None) -> Layout:
    """Where the fields stand in a file with these columns; columns that are no field do not matter.

    Raises UnreadableFile that names the fields that have no column, or more than one.
    """
    if mapping:
        return layout_of(columns, mapping)
    places: dict[str, list[int]] = {}
    for number, name in enumerate(columns):
        if field := field_of(name):
            places.setdefault(field, []).append(number)
    missing = [field for field in REQUIRED if field not in places]
    wrong = [what_is_missing(missing, REQUIRED)] if missing else []
    for field, numbers in places.items():
        if len(numbers) > 1:
            named = ", ".join(columns[number].strip() for number in numbers)
            wrong.append(f"The file has more than one column {field}: {named}.")
    if wrong:
        raise UnreadableFile(" ".join(wrong))
    return Layout(tuple(columns), {field: (tuple(found),) for field, found in places.items()}, lists_rejects(columns))


def claim_row(fields: Fields, line: int) -> ClaimRow:
    """The claim that a row's fields make. Raises BadRow with every reason why they make none."""
    checked = check_claim(fields)
    if isinstance(checked, ValidClaim):
        return line, checked
    raise bad_row(checked)


def load_claims(tenant: str, origin: Origin, rows: Sequence[ClaimRow]) -> tuple[Counter[str], dict[int, str]]:
    """Store the claims of rows (kinds.Kind.load); none is refused. Raises Unavailable."""
    claims = new_claims(tenant, origin.task_id, f"{tenant}#{origin.content_id}", dict(rows))
    duplicates = store_rows(claims)
    return Counter(claims_created=len(claims) - duplicates, duplicates=duplicates), {}
