"""What can stop a command. Each error prints as one clear sentence, never as a traceback.

CommandError
├── BadInput          a file or folder that cannot be used
├── StackNotUp        outputs.json is missing, or the servers do not answer
├── ApiProblem        the API refused (problem+json)
├── UnexpectedAnswer  the API did not answer as its description says
├── TookTooLong       a job or an index entry did not come in time
└── JobFailed         a job of the service failed
"""

from pydantic import AliasChoices, BaseModel, Field


class CommandError(Exception):
    """A failure that its message fully explains, in one sentence."""


class BadInput(CommandError):
    """A file or folder of the caller cannot be used."""


class StackNotUp(CommandError):
    """The stack, or a part of it, is not running."""


class UnexpectedAnswer(CommandError):
    """The API did not answer as its description says."""


class TookTooLong(CommandError):
    """Background work of the service did not finish in time."""


class JobFailed(CommandError):
    """A job of the service failed, such as that of a file it cannot read."""


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
        self.problem = problem
        words = ": ".join(part for part in (problem.title, problem.detail) if part)
        where = f" (request {problem.request_id})" if problem.request_id else ""
        lines = [f"{request} was answered {problem.status} {words}{where}"]
        lines += [f"  {error.pointer or '/'}: {error.message}" for error in problem.errors]
        super().__init__("\n".join(lines))
