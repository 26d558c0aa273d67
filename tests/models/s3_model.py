"""S3 in memory: versioned objects, their notifications, and the lifecycle rules by age of the template's bucket."""

import hashlib
import io
import itertools
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple

from botocore.exceptions import ClientError, ReadTimeoutError

from tests.models.scheduler import Scheduler, ServerError

Answer = dict[str, Any]
SECONDS = 10.0
DAY = 86_400.0


class NoSuchKey(ClientError):
    """There is no such object."""


class _Stored(NamedTuple):
    version: str
    body: bytes | None  # None: a delete marker
    metadata: dict[str, str]
    at: float


class _Body(io.BytesIO):
    def __repr__(self) -> str:
        return f"{len(self.getvalue())} bytes"

    def iter_chunks(self, size: int) -> Iterator[bytes]:
        while block := self.read(size):
            yield block


class S3:
    """The client. `rules` are prefixes and the days that their objects live; `notify` gets each new object."""

    exceptions = SimpleNamespace(ClientError=ClientError, NoSuchKey=NoSuchKey)

    def __init__(self, scheduler: Scheduler, rules: dict[str, float], notify: Callable[[str, str], None]) -> None:
        self._scheduler, self.rules, self._notify = scheduler, rules, notify
        self.objects: dict[str, list[_Stored]] = {}
        self._ids = itertools.count(1)
        self._uploads: dict[str, dict[int, bytes]] = {}

    def put_object(self, Bucket: str, Key: str, Body: bytes, **options: Any) -> Answer:
        return self._call(f"put {Key}", lambda: self.put(Key, Body, **options))

    def head_object(self, Bucket: str, Key: str, VersionId: str | None = None) -> Answer:
        return self._call(f"head {Key}", lambda: self._answer(self._find(Key, VersionId)))

    def get_object(
        self,
        Bucket: str,
        Key: str,
        VersionId: str | None = None,
        IfMatch: str = "",
        Range: str = "",
    ) -> Answer:
        def effect() -> Answer:
            stored = self._find(Key, VersionId)
            body = stored.body or b""
            answer = self._answer(stored)
            if Range:
                first, _, last = Range.removeprefix("bytes=").partition("-")
                if int(first) >= len(body):
                    raise _error("InvalidRange", 416)
                body = body[int(first) : int(last) + 1 if last else None]
                answer["ContentRange"] = Range
            return answer | {"Body": _Body(body)}

        return self._call(f"get {Key} {Range}", effect)

    def delete_object(self, Bucket: str, Key: str) -> Answer:
        return self._call(f"delete {Key}", lambda: self._delete(Key))

    def delete_objects(self, Bucket: str, Delete: Answer) -> Answer:
        def effect() -> Answer:
            for entry in Delete["Objects"]:
                self._delete(entry["Key"])
            return {}

        return self._call(f"delete {[entry['Key'] for entry in Delete['Objects']]}", effect)

    def create_multipart_upload(self, Bucket: str, Key: str, **_: Any) -> Answer:
        name = f"upload-{next(self._ids)}"
        self._uploads[name] = {}
        return {"UploadId": name}

    def upload_part(self, Bucket: str, Key: str, UploadId: str, PartNumber: int, Body: bytes) -> Answer:
        self._uploads[UploadId][PartNumber] = Body
        return {"ETag": f'"{PartNumber}"'}

    def complete_multipart_upload(self, Bucket: str, Key: str, UploadId: str, **_: Any) -> Answer:
        parts = self._uploads[UploadId]
        body = b"".join(parts[number] for number in sorted(parts))
        return self._call(f"complete {Key}", lambda: self.put(Key, body))

    def abort_multipart_upload(self, **_: Any) -> None:
        """Nothing is stored of an upload that is not complete."""

    def list_objects_v2(
        self, Bucket: str, Prefix: str, StartAfter: str = "", MaxKeys: int = 1000, Delimiter: str = ""
    ) -> Answer:
        def effect() -> Answer:
            keys = [key for key in self._live(Prefix) if key > StartAfter]
            if Delimiter:
                folders = {Prefix + key[len(Prefix) :].partition(Delimiter)[0] + Delimiter for key in keys}
                return {"CommonPrefixes": [{"Prefix": folder} for folder in sorted(folders)]}
            return {"Contents": [{"Key": key} for key in keys[:MaxKeys]]}

        return self._call(f"list {Prefix} after {StartAfter}", effect)

    def get_paginator(self, _: str) -> Any:
        return SimpleNamespace(paginate=lambda **request: iter([self.list_objects_v2(**request)]))

    def _live(self, prefix: str) -> list[str]:
        return [key for key in sorted(self.objects) if key.startswith(prefix) and self._current(key) is not None]

    def put(self, key: str, body: bytes, **options: Any) -> Answer:
        """Put an object at once."""
        if options.get("IfNoneMatch") == "*" and self._current(key) is not None:
            raise _error("PreconditionFailed", 412)
        stored = _Stored(f"v{next(self._ids)}", bytes(body), options.get("Metadata", {}), self._scheduler.now)
        self.objects.setdefault(key, []).append(stored)
        self._notify(key, stored.version)
        return self._answer(stored)

    def _delete(self, key: str) -> Answer:
        self.objects.setdefault(key, []).append(_Stored(f"v{next(self._ids)}", None, {}, self._scheduler.now))
        return {}

    def _current(self, key: str) -> _Stored | None:
        versions = self.objects.get(key)
        if not versions or versions[-1].body is None:
            return None
        days = min((days for prefix, days in self.rules.items() if key.startswith(prefix)), default=float("inf"))
        return versions[-1] if self._scheduler.now < versions[-1].at + days * DAY else None

    def _find(self, key: str, version: str | None) -> _Stored:
        stored = self._current(key)
        if version is not None:
            stored = next((each for each in self.objects.get(key, ()) if each.version == version), None)
        if stored is None or stored.body is None:
            raise ServerError(NoSuchKey(_answer_of("NoSuchKey", 404), "GetObject"))
        return stored

    def _answer(self, stored: _Stored) -> Answer:
        etag = hashlib.blake2b(stored.body or b"", digest_size=8).hexdigest()
        return {"VersionId": stored.version, "ETag": f'"{etag}"', "Metadata": stored.metadata}

    def _call(self, words: str, effect: Callable[[], Answer]) -> Answer:
        answer: Answer = self._scheduler.call(
            f"s3: {words}", effect, limit=SECONDS, no_answer=lambda: ReadTimeoutError(endpoint_url="https://s3")
        )
        return answer


def _answer_of(code: str, status: int) -> Any:
    return {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}


def _error(code: str, status: int) -> ServerError:
    return ServerError(ClientError(_answer_of(code, status), "a call"))
