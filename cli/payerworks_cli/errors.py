"""What can stop a command. Each prints as one clear sentence; none as a traceback.

CommandError
├── BadInput          a file or folder that cannot be used
├── StackNotUp        outputs.json or the servers behind it are missing
├── ApiProblem        the API refused (problem+json)
├── UnexpectedAnswer  the API answered something else than the contract says
├── TookTooLong       a job or an index entry did not come in time
├── IngestFailed      the service could not read a file at all
└── JobFailed         another job of the service failed
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self


class CommandError(Exception):
    """A failure that its sentence explains fully."""

    @property
    def sentence(self) -> str:
        return str(self)


class BadInput(CommandError):
    """A file or folder of the caller cannot be used."""


class StackNotUp(CommandError):
    """The stack is not there, or only in part."""


class UnexpectedAnswer(CommandError):
    """The API answered something else than the contract says."""


class TookTooLong(CommandError):
    """Something that the service does by itself did not happen in time."""


class IngestFailed(CommandError):
    """The service could not read a file at all."""


class JobFailed(CommandError):
    """A job that the service was asked for failed."""


@dataclass(frozen=True)
class FieldError:
    """One entry of a problem's `errors`: a JSON pointer and what is wrong there."""

    pointer: str
    message: str


@dataclass(frozen=True)
class Problem:
    """An error answer of the API (RFC 9457)."""

    status: int
    title: str
    detail: str = ""
    request_id: str = ""
    errors: tuple[FieldError, ...] = ()


class ApiProblem(CommandError):
    """The API refused a request."""

    def __init__(self, request: str, problem: Problem) -> None:
        super().__init__(request, problem)
        self.request = request
        self.problem = problem

    @property
    def sentence(self) -> str:
        problem = self.problem
        said = ": ".join(part for part in (problem.title, problem.detail) if part)
        where = f" (request {problem.request_id})" if problem.request_id else ""
        lines = [f"{self.request} was answered {problem.status} {said}{where}"]
        lines += [f"  {error.pointer or '/'}: {error.message}" for error in problem.errors]
        return "\n".join(lines)

    def located(self, place_of: Callable[[str], str]) -> Self:
        """The same problem, with each pointer followed by the place in the caller's file that `place_of` finds."""
        errors = tuple(replace(error, pointer=error.pointer + place_of(error.pointer)) for error in self.problem.errors)
        return type(self)(self.request, replace(self.problem, errors=errors))
