"""The source of a claim: the request that posted it, or the row of a file.

Kept short in the claim's item, beside its `request_id`, which is the id of the request or of the file's job.
"""

from payerworks.json_text import Json

REQUEST = "request"


def file_row(key: str, line: int) -> str:
    """The source of a claim that is a row of a file, by the file's key in the bucket and the row's first line."""
    return f"{line}#{key}"


def source_members(source: str | None, request_id: str) -> Json:
    """The source as answers show it (models.Claim); None for a claim from before sources were kept."""
    if source is None:
        return None
    if source == REQUEST:
        return {"kind": "request", "request_id": request_id}
    line, _, key = source.partition("#")
    return {"kind": "file", "key": key, "line": int(line), "task_id": request_id}
