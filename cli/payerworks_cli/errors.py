"""What can stop a command. Each error prints as one clear sentence, never as a traceback.

CommandError
├── BadInput          a file or folder that cannot be used
├── BadOption         an option that cannot be used, or is missing: exit code 2
├── StackNotUp        outputs.json is missing, or the servers do not answer
├── NotLoggedIn       nobody is logged in at the deployment, or the login has expired
├── ApiProblem        the API refused (problem+json)
├── UnexpectedAnswer  the API did not answer as its description says
├── TookTooLong       a job or an index entry did not come in time
├── JobFailed         a job of the service failed
└── RowsRejected      a file has rejected rows, and --strict was given
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import AliasChoices, BaseModel, Field


class CommandError(Exception):
    """A failure that its message fully explains, in one sentence."""

    exit_code = 1


class BadInput(CommandError):
    """A file or folder of the caller cannot be used."""


class BadOption(CommandError):
    """An option of the command or a variable in its place cannot be used, or is missing."""

    exit_code = 2


class StackNotUp(CommandError):
    """The stack, or a part of it, is not running."""


class NotLoggedIn(CommandError):
    """There is no valid token for the deployment."""


class UnexpectedAnswer(CommandError):
    """The API did not answer as its description says."""


class TookTooLong(CommandError):
    """Background work of the service did not finish in time."""


class JobFailed(CommandError):
    """A job of the service failed, such as that of a file it cannot read."""


class RowsRejected(CommandError):
    """Rows of a file were rejected, which --strict does not allow."""


class FieldError(BaseModel):
    """One entry of a problem's `errors`: a JSON pointer and what is wrong there."""

    pointer: str = ""
    message: str = ""


class Problem(BaseModel):
    """An error answer of the API (RFC 9457); a gateway's own errors have a `message` instead of a title."""

    status: int
    title: str = Field("without a title", validation_alias=AliasChoices("title", "message"))
    detail: str = ""
    request_id: str = Field("", validation_alias="requestId")
    errors: tuple[FieldError, ...] = ()
    type: str = Field("", exclude=True)
    mfa_required: bool = Field(False, exclude=True)
    """Whether a login needs the code of a second factor beside the password."""
    retry_after: int | None = Field(None, exclude=True)
    """The seconds after which a busy API may be asked again."""


NEEDS_ENGINE = "urn:payerworks:problem:not-supported"


class ApiProblem(CommandError):
    """The API refused a request; `lead` is printed before its reason, `advice` after it, `place` names a pointer."""

    def __init__(
        self,
        request: str,
        problem: Problem,
        *,
        lead: str = "",
        place: Callable[[str], str] = str,
        advice: str = "",
    ) -> None:
        self.request = request
        self.problem = problem
        self._parts: dict[str, Any] = {"lead": lead, "place": place, "advice": advice}
        faults = [f"  {place(error.pointer) or '/'}: {error.message}" for error in problem.errors]
        sentence = " ".join(part for part in (f"{lead}{self._reason()}", advice) if part)
        super().__init__("\n".join([sentence, *faults]))

    @property
    def needs_engine(self) -> bool:
        """Whether it says that the deployment has no search engine, so that searches read the tables."""
        return self.problem.type == NEEDS_ENGINE

    def of_file(self, file: str, place: Callable[[str], str]) -> "ApiProblem":
        """The same problem, with the name of the file that was sent and the place of each pointer in it."""
        return self._with(lead=f"{file}: ", place=place)

    def of_options(self, place: Callable[[str], str]) -> "ApiProblem":
        """The same problem, with the option of each pointer."""
        return self._with(place=place)

    def advised(self, advice: str) -> "ApiProblem":
        """The same problem, with a sentence on what to do."""
        return self._with(advice=advice)

    def _with(self, **changes: Any) -> "ApiProblem":
        return ApiProblem(self.request, self.problem, **(self._parts | changes))

    def _reason(self) -> str:
        """What the API says; what it does not explain is named by request and status."""
        title, detail, status = self.problem.title, self.problem.detail, self.problem.status
        words = f"{title}: {detail}" if detail else f"{self.request} was answered {status} {title}"
        is_explained = detail and status < 500
        return f"{words} (request {self.problem.request_id})" if self.problem.request_id and not is_explained else words


@contextmanager
def advising(*statuses: int, advice: Callable[[], str]) -> Iterator[None]:
    """A refusal within that has one of these statuses ends with the sentence that `advice` makes."""
    try:
        yield
    except ApiProblem as problem:
        if problem.problem.status not in statuses:
            raise
        raise problem.advised(advice()) from None
