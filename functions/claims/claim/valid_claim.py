"""Validation of claims in any spelling: all faults at once, each with the pointer of the client's own field name."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from claims.claim.claim_fields import NPI_WARNING
from claims.claim.field_names import field_of
from claims.claim.models import SubmittedClaim
from claims.claim.npi import has_valid_check_digit
from payerworks.errors import BadInput, Fault
from payerworks.json_text import Json, pointer
from payerworks.settings import settings
from payerworks.validation import faults, refuse


@dataclass(frozen=True, slots=True)
class ValidClaim:
    """A valid claim and its warnings; a warning's pointer names the field as it is stored."""

    claim: SubmittedClaim
    warnings: tuple[Fault, ...]


def as_list(value: Json, limit: int) -> list[Json]:
    """The claims in a body; a single one as a list of one. Raises BadInput for an empty list, or for over `limit`."""
    if not isinstance(value, list):
        return [value]
    if not 1 <= len(value) <= limit:
        raise BadInput("The list is not valid.", errors=[Fault("", f"must have 1 to {limit} claims")])
    return value


def check_all(values: Sequence[Json], *, in_list: bool) -> list[ValidClaim]:
    """The claims, if all are valid; `in_list`: pointers begin with the claim's index.

    Raises BadInput with the faults of all claims.
    """
    checked = [check_claim(value, *([number] if in_list else [])) for number, value in enumerate(values)]
    refuse([fault for entry in checked if isinstance(entry, list) for fault in entry], "The claims are not valid.")
    return [claim for claim in checked if isinstance(claim, ValidClaim)]


def check_claim(value: Json, *path: str | int) -> ValidClaim | list[Fault]:
    """The claim in a JSON value, or all its faults; `path` leads to the value in the whole input.

    A wrong check digit of the NPI is a warning; under the setting `strict_npi` it is a fault.
    """
    if not isinstance(value, dict):
        return [Fault(pointer(*path), "must be an object")]
    names, name_faults = _names(value, *path)
    members = {field: value[name] for field, name in names.items()}
    try:
        claim = SubmittedClaim.model_validate(members, context={"strict_npi": settings().strict_npi})
    except ValidationError as error:
        fields = ((fault.pointer.removeprefix("/"), fault.message) for fault in faults(error))
        return name_faults + [Fault(pointer(*path, names.get(field, field)), message) for field, message in fields]
    return name_faults or ValidClaim(claim, tuple(_warnings(claim)))


def _names(value: dict[str, Json], *path: str | int) -> tuple[dict[str, str], list[Fault]]:
    """The name of each field in the input, and the faults of unknown and repeated names."""
    names: dict[str, str] = {}
    name_faults = []
    for name in value:
        field = field_of(name)
        if field is None:
            name_faults.append(Fault(pointer(*path, name), "is not known"))
        elif field in names:
            name_faults.append(Fault(pointer(*path, name), f"is {field} again"))
        else:
            names[field] = name
    return names, name_faults


def _warnings(claim: SubmittedClaim) -> list[Fault]:
    return [] if has_valid_check_digit(claim.provider_npi) else [Fault(pointer("provider_npi"), NPI_WARNING)]
