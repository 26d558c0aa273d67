"""Correct what MiniStack has saved, before it starts again."""

import json
import re
from pathlib import Path
from typing import Any

QUEUE_ADDRESS = re.compile(r"http://localhost:\d+(?=/\d{12}/)")


def correct(state: Path, port: int) -> None:
    """Correct the files in the folder `state` for a start on `port`."""
    forget_stream_positions(state / "lambda.json")
    move_queues(state, port)


def forget_stream_positions(path: Path) -> None:
    """Delete the saved read positions of table streams, so that functions start at the beginning of the new streams.

    The emulator saves each position but not the records: an old position n would skip the first n new records.
    """
    if path.exists():
        saved = json.loads(path.read_text())
        saved["payload"]["dynamodb_stream_positions"]["data"] = {}
        replace(path, json.dumps(saved))


def move_queues(state: Path, port: int) -> None:
    """Change the port in the URLs of all queues, wherever the emulator saves them.

    It identifies a queue by its URL: on another port, no function would receive messages of the queues it has saved.
    """
    address = f"http://localhost:{port}"
    # The deployed resources and the settings of the functions.
    for path in (state / "cloudformation.json", state / "lambda.json"):
        if path.exists():
            text = path.read_text()
            moved = QUEUE_ADDRESS.sub(address, text)
            if moved != text:
                replace(path, moved)
    path = state / "sqs.json"
    if path.exists():
        saved = json.loads(path.read_text())
        # Messages stay as they are, whatever URLs they contain.
        queues: dict[str, dict[str, Any]] = saved["payload"]["queues"]["data"]
        saved["payload"]["queues"]["data"] = {
            QUEUE_ADDRESS.sub(address, key): queue | {"url": QUEUE_ADDRESS.sub(address, queue["url"])}
            for key, queue in queues.items()
        }
        replace(path, json.dumps(saved))


def replace(path: Path, text: str) -> None:
    """Replace a file's text; the file is never incomplete."""
    draft = path.with_suffix(".new")
    draft.write_text(text)
    draft.replace(path)
