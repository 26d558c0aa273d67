"""Functions that die in the middle, and messages that come again soon after."""

import random
import signal
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import psutil

from localstack.deployed import aws_client


@contextmanager
def retries_after(seconds: int, stack: dict[str, Any], queue: str) -> Iterator[None]:
    """Let the messages of a queue, by its logical id, come again soon from a function that died."""
    sqs, url, name = aws_client(stack, "sqs"), stack["queues"][queue], "VisibilityTimeout"
    usual = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={name: str(seconds)})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={name: usual})


@contextmanager
def killed_now_and_then(
    stack: dict[str, Any], functions: Collection[str], times: int, pauses: tuple[float, float] = (0.2, 1.5)
) -> Iterator[None]:
    """Kill processes of functions (logical ids), wherever they are, so many times, with pauses of so many seconds."""
    names = [stack["functions"][function] for function in functions]
    ended = threading.Event()
    killed = []

    def kill() -> None:
        while len(killed) < times and not ended.wait(random.uniform(*pauses)):
            processes = [
                process
                for process in psutil.process_iter(["cmdline"])
                if any(name in word for word in process.info["cmdline"] or () for name in names)
            ]
            for process in random.sample(processes, min(1, len(processes))):
                process.send_signal(signal.SIGKILL)
                killed.append(process.pid)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    assert killed
