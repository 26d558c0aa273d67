"""Write appointments side by side with others who do."""

from collections.abc import Callable

from appointments.appointment.appointment import Appointment
from appointments.storage.repository import DoctorClosed, Raced, TimeTaken
from payerworks.dynamodb import busy
from payerworks.errors import Conflict, Fault, Unprocessable

_TRIES = 10


def booked(write: Callable[[], Appointment]) -> Appointment:
    """The appointment after a write, which is tried again if others were faster.

    Raises Conflict if the doctor's time is taken, and Unprocessable if the doctor takes no new appointments.
    """
    for _ in range(_TRIES):
        try:
            return write()
        except TimeTaken:
            fault = Fault("/start", "overlaps another appointment of the doctor")
            raise Conflict("The doctor has another appointment at this time.", errors=[fault]) from None
        except DoctorClosed:
            raise nobody("doctor", "is the id of no active doctor") from None
        except Raced:
            continue
    raise busy("Others are changing this doctor's appointments; try again.")


def nobody(kind: str, message: str) -> Unprocessable:
    """The error for a doctor or a patient who cannot have the appointment."""
    return Unprocessable(f"There is no such {kind}.", errors=[Fault(f"/{kind}_id", message)])
