"""The steps of a job or a payment."""

from collections.abc import Sequence

from pydantic import BaseModel

from payerworks_cli.terminal import Terminal


class Step(BaseModel):
    """Something that happened to a job or a payment, and when."""

    step: str
    at: str
    detail: str


def show_steps(steps: Sequence[Step], terminal: Terminal) -> None:
    """The steps as a table."""
    terminal.table(("step", "at", "detail"), [(step.step, step.at, step.detail) for step in steps])
