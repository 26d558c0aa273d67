"""Put items into a table, in batches side by side, for as long as the table takes any."""

import random
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from payerworks_cli.backup.items import Item
from payerworks_cli.errors import TookTooLong

BATCH = 25
"""Items of one BatchWriteItem at most."""
WRITERS = 16
LONGEST_PAUSE_SECONDS = 5.0
STANDS_STILL_SECONDS = 600.0
"""How long a batch is tried of which the table takes nothing."""
_THROTTLED = {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"}


class TableWriter:
    """Writes items of a table; a put that is repeated changes nothing. Use it in a `with`."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table
        self._pool = ThreadPoolExecutor(WRITERS)
        self._running: list[Future[None]] = []

    def __enter__(self) -> "TableWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def put(self, items: Iterable[Item]) -> None:
        """Put up to 25 items, soon. Waits while all writers are busy; raises what an earlier batch has raised."""
        requests = [{"PutRequest": {"Item": item}} for item in items]
        if len(self._running) >= 2 * WRITERS:
            self._running.pop(0).result()
        self._running.append(self._pool.submit(write_batch, self._client, self._table, requests))

    def finish(self) -> None:
        """Wait until all that was put is stored; raises TookTooLong and errors of AWS."""
        for future in self._running:
            future.result()
        self._running = []


def write_batch(client: Any, table: str, requests: list[dict[str, Any]]) -> None:
    """Carry out up to 25 requests; what the table throttles is sent again. Raises TookTooLong."""
    from botocore.exceptions import ClientError

    began, pause = time.monotonic(), 0.05
    while True:
        try:
            answer = client.batch_write_item(RequestItems={table: requests})
        except ClientError as error:
            if error.response["Error"]["Code"] not in _THROTTLED:
                raise
        else:
            left = answer.get("UnprocessedItems", {}).get(table, [])
            if not left:
                return
            # What is taken in part moves on; only a table that takes nothing stands still.
            began = began if len(left) == len(requests) else time.monotonic()
            requests = left
        if time.monotonic() - began > STANDS_STILL_SECONDS:
            raise TookTooLong(f"The table {table} has taken nothing for {STANDS_STILL_SECONDS:.0f} s; run it again.")
        time.sleep(pause * random.uniform(0.5, 1))
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
