"""Whether a claim, in any spelling, is valid: every fault at once, each at the place and name the client gave it."""

from dataclasses import dataclass

from pydantic import ValidationError

from claims.claim.claim_fields import NPI_WARNING
from claims.claim.field_names import field_of
from claims.claim.models import SubmittedClaim
from claims.claim.npi import check_digit_fits
from payerworks.errors import Fault
from payerworks.json_text import Json, pointer
from payerworks.settings import settings
from payerworks.validation import faults


@dataclass(frozen=True, slots=True)
class ValidClaim:
    """A valid claim, and what was let pass; a warning's pointer names the field as it is stored."""

    claim: SubmittedClaim
    warnings: tuple[Fault, ...]


def check_claim(value: Json, *place: str | int) -> ValidClaim | list[Fault]:
    """The claim in a JSON value that stands at `place` in the input, or all that is wrong with it.

    A wrong check digit of the NPI is a warning, under the setting `strict_npi` a fault.
    """
    if not isinstance(value, dict):
        return [Fault(pointer(*place), "must be an object")]
    names, found = _names(value, *place)
    members = {field: value[name] for field, name in names.items()}
    try:
        claim = SubmittedClaim.model_validate(members, context={"strict_npi": settings().strict_npi})
    except ValidationError as error:
        for fault in faults(error):
            field = fault.pointer.removeprefix("/")
            found.append(Fault(pointer(*place, names.get(field, field)), fault.message))
        return found
    return found or ValidClaim(claim, tuple(_warnings(claim)))


def _names(value: dict[str, Json], *place: str | int) -> tuple[dict[str, str], list[Fault]]:
    """For each field the name that it has in the input, and the faults of names that mean no field or one again."""
    names: dict[str, str] = {}
    found = []
    for name in value:
        field = field_of(name)
        if field is None:
            found.append(Fault(pointer(*place, name), "is not known"))
        elif field in names:
            found.append(Fault(pointer(*place, name), f"is {field} again"))
        else:
            names[field] = name
    return names, found


def _warnings(claim: SubmittedClaim) -> list[Fault]:
    fits = check_digit_fits(claim.provider_npi)
    return [] if fits else [Fault(pointer("provider_npi"), NPI_WARNING)]
