"""Files of claims: each row is a claim, with the same result as POST /claims.

A claim's id derives from its tenant, what its row says after parsing, and its number among equal rows of the file. So
1. a file that was saved again, corrected or extended adds only the rows that are new;
2. two equal rows of a file are two claims, and two equal rows of another file are the same two;
3. rows can be loaded in any order, and again.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from claims.claim.field_names import FIELDS, field_of
from claims.claim.models import SubmittedClaim
from claims.claim.new_claim import new_claims
from claims.claim.source import file_row
from claims.claim.stored_claim import StoredClaim
from claims.claim.valid_claim import ValidClaim, check_claim
from claims.storage.row_repository import store_rows
from intake.files.columns import ColumnMapping, Layout, layout_of, missing_columns_message
from intake.files.patient_rows import BadRow, Fields, RowKey
from intake.files.unreadable import UnreadableFile
from intake.registry.registry_rules import Announce, LoadedRows, Origin

REQUIRED = tuple(name for name, field in SubmittedClaim.model_fields.items() if field.is_required())

_CONTENT = attrgetter(*FIELDS)


class ClaimRow(NamedTuple):
    """A row's line, its claim, and a hash of what it says: 32 hex digits, the same in every spelling.

    The hash must never change for a claim: ids derive from it.
    """

    line: int
    valid: ValidClaim
    content: str


def claims_layout(columns: Sequence[str], mapping: ColumnMapping | None = None) -> Layout:
    """The layout of a file of claims with these columns; columns of other names are ignored.

    Raises UnreadableFile that names the fields without a column and those with more than one.
    """
    if mapping and mapping.columns:
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
    fields: dict[str, tuple[tuple[int, ...], ...]] = {field: (tuple(of_field),) for field, of_field in numbers.items()}
    return Layout(tuple(columns), fields, date_format=mapping.date_format if mapping else None)


def claim_row(fields: Fields, line: int) -> ClaimRow:
    """The claim in a row's fields. Raises BadRow with every fault."""
    claim_or_faults = check_claim(fields)
    if isinstance(claim_or_faults, ValidClaim):
        text = "\0".join(map(str, _CONTENT(claim_or_faults.claim)))
        return ClaimRow(line, claim_or_faults, hashlib.blake2b(text.encode(), digest_size=16).hexdigest())
    raise BadRow(claim_or_faults)


def claim_content(row: ClaimRow) -> str:
    """What a row says (`content_of` of kinds.FileKind)."""
    return row.content


def claim_keys(row: ClaimRow) -> list[RowKey]:
    """The key of a row (`keys_of` of kinds.FileKind): equal rows need a number each."""
    return [(row.content, None)]


def load_claims(
    tenant: str, origin: Origin, rows: Sequence[ClaimRow], earlier: Counter[str], announce: Announce
) -> LoadedRows:
    """Store the claims of rows (`load` of kinds.FileKind); none is refused. Raises Unavailable."""
    numbered: dict[str, ClaimRow] = {}
    for row in rows:
        numbered[f"{row.content}#{earlier[row.content]}"] = row
        earlier[row.content] += 1
    valid = {name: row.valid for name, row in numbered.items()}

    def source_of(name: str) -> str:
        return file_row(origin.key, numbered[name].line)

    claims = new_claims(tenant, origin.task_id, f"{tenant}#row", valid, source_of)

    def announce_claims(own: Iterable[StoredClaim]) -> None:
        announce("subscriber", (claim.subscriber_number for claim in own))

    known = store_rows(claims, announce_claims)
    of_rows = zip(rows, claims, strict=True)
    duplicates = {row.line: claim.claim_id for row, claim in of_rows if claim.claim_id in known}
    return LoadedRows(Counter(claims_created=len(claims) - len(duplicates)), {}, duplicates)
