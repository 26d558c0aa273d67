"""Who takes which step of a patient's validation.

validated_by_doctor       the patient's doctor, or, where there is none, a doctor of the institution
validated_by_institution  the patient's institution, or, where there is none, that of the doctor; where there is
                          none either, whoever takes the last step, for else nobody could
full_access               an administrator, or staff or a machine with the role `directory`
"""

from auth.users.rights import VALIDATION_STATUSES
from directory.people import repository
from directory.people.person import Person
from directory.people.relations import institution_of
from patients.validation.models import NextStatus
from payerworks.errors import Conflict, Forbidden
from payerworks.http import Request


def check_step(request: Request, patient: Person, status: NextStatus) -> Person | None:
    """Raise Forbidden if the step is another's, Conflict if it is not the patient's next one.

    The patient is one that the caller sees (directory/people/relations.py). Returns the doctor whose institution
    decides, if one does: the step may be taken as long as the doctor is as it was read.
    """
    doctor = _deciding_doctor(patient) if status == "validated_by_institution" else None
    institution_id = institution_of(doctor) if doctor else patient.profile.get("institution_id")
    if not _is_own_step(request, patient, status, institution_id):
        raise Forbidden("This step of the validation is another's.")
    current = patient.profile["validation_status"]
    if VALIDATION_STATUSES.index(status) != VALIDATION_STATUSES.index(current) + 1:
        raise Conflict(f"The patient is {current}, and a validation goes one step at a time.")
    return doctor


def _is_own_step(request: Request, patient: Person, status: NextStatus, institution_id: str | None) -> bool:
    if status == "validated_by_doctor":
        return is_treated_by(request, patient)
    if status == "validated_by_institution" and institution_id:
        return request.user_type == "institution" and request.reference_id == institution_id
    return request.user_type == "admin" or "directory" in request.roles


def is_treated_by(request: Request, patient: Person) -> bool:
    """Whether the caller is the doctor of a patient whom they see, or, where there is none, one of the institution."""
    # Without a doctor, those of the institution are the only ones who see the patient.
    return request.user_type == "doctor" and patient.profile.get("doctor_id") in (None, request.reference_id)


def _deciding_doctor(patient: Person) -> Person | None:
    if "institution_id" in patient.profile:
        return None
    return repository.get_person(patient.tenant, "doctor", str(patient.profile["doctor_id"]))
