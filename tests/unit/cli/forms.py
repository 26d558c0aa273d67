"""Forms with a file (multipart/form-data, RFC 7578), as S3 takes them."""

import email


def form_of(content_type: str, body: bytes) -> dict[str, bytes]:
    """The fields of a form by name; the file must be the last of them."""
    message = email.message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    fields: dict[str, bytes] = {}
    for part in message.walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            fields[str(part.get_param("name", header="content-disposition"))] = content
    assert list(fields)[-1] == "file"
    return fields
