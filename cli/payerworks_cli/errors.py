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

from collections.abc import Callable

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


class ApiProblem(CommandError):
    """The API refused a request."""

    def __init__(self, request: str, problem: Problem) -> None:
        self.request = request
        self.problem = problem
        super().__init__(self._text("", lambda pointer: pointer))

    def of_file(self, file: str, place: Callable[[str], str]) -> "ApiProblem":
        """The same problem, with the name of the file that was sent and the place of each pointer in it."""
        problem = ApiProblem(self.request, self.problem)
        problem.args = (self._text(f"{file}: ", place),)
        return problem

    def _text(self, lead: str, place: Callable[[str], str]) -> str:
        words = ": ".join(part for part in (self.problem.title, self.problem.detail) if part)
        where = f" (request {self.problem.request_id})" if self.problem.request_id else ""
        lines = [f"{lead}{self.request} was answered {self.problem.status} {words}{where}"]
        lines += [f"  {place(error.pointer) or '/'}: {error.message}" for error in self.problem.errors]
        return "\n".join(lines)
