"""Send a file through POST /ingest/uploads: streamed from disk to S3, by whoever may ask for it."""

import io
import json
import re
from codecs import BOM_UTF8
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from pydantic import BaseModel, ValidationError

from payerworks_cli.api import Api
from payerworks_cli.errors import BadInput, StackNotUp, TookTooLong, UnexpectedAnswer
from payerworks_cli.stack_outputs import is_on_this_machine
from payerworks_cli.terminal import Bars

PATH = "/ingest/uploads"
ANSWER_SECONDS = 300.0
"""For S3 to take note of a file of gigabytes, once it has it."""
MEGABYTE = 1_000_000
_CODE = re.compile(r"<Code>(\w+)</Code>")


class Offer(BaseModel):
    """Where to POST a file."""

    url: str
    fields: dict[str, str]
    key: str
    max_bytes: int


class _Told(io.FileIO):
    """A file that tells how much of it was read."""

    def __init__(self, path: Path, tell: Callable[[int], None]) -> None:
        super().__init__(path)
        self._tell = tell

    def read(self, size: int | None = -1, /) -> bytes:
        block = super().read(size) or b""
        self._tell(self.tell())
        return block


def read_mapping(path: Path) -> Any:
    """What a mapping file holds; the service says what is wrong in it. Raises BadInput for what is no JSON."""
    try:
        return json.loads(path.read_bytes().removeprefix(BOM_UTF8))
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise BadInput(f"{path} is not JSON: {error}.") from None


def send(api: Api, path: Path, kind: str, mapping: Any, bars: Bars) -> str:
    """Send a file of a kind, with its mapping if it has one, and show how far that is; the key that it has then."""
    try:
        size = path.stat().st_size
        offer = _offer(api, {"filename": path.name, "kind": kind} | ({} if mapping is None else {"mapping": mapping}))
        if size > offer.max_bytes:
            most = f"{offer.max_bytes / MEGABYTE:,.0f} MB"
            raise BadInput(f"{path} has {size / MEGABYTE:,.0f} MB, and an upload may have {most}: pack it with gzip.")

        def tell(done: int) -> None:
            percent = 100 * done / size if size else 100
            bars.show(f"{path.name}, upload", percent, f"{done / MEGABYTE:,.1f} of {size / MEGABYTE:,.1f} MB")

        with _Told(path, tell) as content:
            _post(offer, path.name, content)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
    return offer.key


def _offer(api: Api, wanted: dict[str, Any]) -> Offer:
    answer = api.ask("POST", PATH, expect=(201,), json=wanted)
    try:
        return Offer.model_validate(answer.json())
    except ValidationError:
        raise UnexpectedAnswer(f"{answer.request} was answered with something that is no upload.") from None


def _post(offer: Offer, name: str, content: io.FileIO) -> None:
    timeout = httpx.Timeout(60, read=ANSWER_SECONDS)
    try:
        with httpx.Client(timeout=timeout, trust_env=not is_on_this_machine(offer.url)) as client:
            answer = client.post(offer.url, data=offer.fields, files={"file": (name, content, "text/csv")})
    except httpx.TimeoutException:
        raise TookTooLong(f"S3 did not take {name} in time.") from None
    except httpx.TransportError as error:
        raise StackNotUp(f"{name} could not be uploaded ({error}): is the stack still up?") from None
    if not answer.is_success:
        code = _CODE.search(answer.text)
        raise UnexpectedAnswer(f"S3 refused {name}: {answer.status_code} {code[1] if code else 'without a reason'}.")
