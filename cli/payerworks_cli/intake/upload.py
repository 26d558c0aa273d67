"""Upload a file by POST /ingest/uploads: a presigned form that streams it from disk to S3."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import httpx
from pydantic import BaseModel, ValidationError

from payerworks_cli.api import Api
from payerworks_cli.deployment import is_on_this_machine
from payerworks_cli.errors import ApiProblem, BadInput, StackNotUp, TookTooLong, UnexpectedAnswer
from payerworks_cli.intake.job_progress import Upload
from payerworks_cli.local_files import JsonFile, reason
from payerworks_cli.terminal import Bars

PATH = "/ingest/uploads"
ANSWER_SECONDS = 300.0
"""The time S3 has to store a file of gigabytes after its last byte."""
KILOBYTE, MEGABYTE = 1_000, 1_000_000
_CODE = re.compile(r"<Code>(\w+)</Code>")


class PresignedForm(BaseModel):
    """The form that S3 takes a file with."""

    url: str
    fields: dict[str, str]
    key: str
    max_bytes: int


class _ObservedFile(io.FileIO):
    """A file that reports how many of its bytes have been read."""

    def __init__(self, path: Path, report: Callable[[int], None]) -> None:
        super().__init__(path)
        self._report = report

    def read(self, size: int | None = -1, /) -> bytes:
        block = super().read(size) or b""
        self._report(self.tell())
        return block


def upload_file(api: Api, path: Path, kind: str, mapping: JsonFile | None, bars: Bars) -> Upload:
    """Upload a file of a kind, with its mapping if it has one, and show the progress."""
    try:
        size = path.stat().st_size
        form = _presigned_form(api, path, kind, mapping)
        if size > form.max_bytes:
            limit = f"{form.max_bytes / MEGABYTE:,.0f} MB"
            raise BadInput(f"{path} has {size / MEGABYTE:,.0f} MB, and an upload may have {limit}: pack it with gzip.")

        def report(sent: int) -> None:
            percent = 100 * sent / size if size else 100
            bars.show(f"{path.name}, upload", percent, _progress(sent, size))

        with _ObservedFile(path, report) as content:
            _post(form, path.name, content)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {reason(error)}.") from error
    return Upload(form.key, path)


def _progress(sent: int, size: int) -> str:
    """How much of a file is sent, such as `0.4 of 1.2 KB`."""
    unit, name = (MEGABYTE, "MB") if size >= MEGABYTE else (KILOBYTE, "KB")
    return f"{sent / unit:,.1f} of {size / unit:,.1f} {name}"


def _presigned_form(api: Api, path: Path, kind: str, mapping: JsonFile | None) -> PresignedForm:
    wanted = {"filename": path.name, "kind": kind} | ({"mapping": mapping.value} if mapping else {})
    body = json.dumps(wanted, default=float)
    try:
        answer = api.ask("POST", PATH, expect=(201,), content=body, headers={"Content-Type": "application/json"})
    except ApiProblem as problem:
        raise problem.of_file(str(path), lambda pointer: _place(pointer, mapping)) from None
    try:
        return PresignedForm.model_validate(answer.json())
    except ValidationError:
        raise UnexpectedAnswer(f"{answer.request} was answered without the form of an upload.") from None


def _place(pointer: str, mapping: JsonFile | None) -> str:
    """The place of a fault: in the file of the mapping, if it is there."""
    in_mapping = pointer.removeprefix("/mapping")
    return mapping.place(in_mapping) if mapping and in_mapping != pointer else pointer


def _post(form: PresignedForm, name: str, content: io.FileIO) -> None:
    timeout = httpx.Timeout(60, read=ANSWER_SECONDS)
    try:
        with httpx.Client(timeout=timeout, trust_env=not is_on_this_machine(form.url)) as client:
            answer = client.post(form.url, data=form.fields, files={"file": (name, content, "text/csv")})
    except httpx.TimeoutException:
        raise TookTooLong(f"S3 did not take {name} in time.") from None
    except httpx.TransportError:
        raise StackNotUp(f"{name} could not be uploaded: S3 does not answer, or broke off.") from None
    if not answer.is_success:
        code = _CODE.search(answer.text)
        raise UnexpectedAnswer(f"S3 refused {name}: {answer.status_code} {code[1] if code else 'without a reason'}.")
