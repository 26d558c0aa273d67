"""`payerworks backup`: all tables as of one moment, and the files that belong to them, into a bucket."""

import datetime
import secrets
from collections.abc import Mapping
from typing import Annotated

import typer

from payerworks_cli.aws import aws_client, calling_aws
from payerworks_cli.backup.exports import begin_export, latest_moment, table_export, wait_for_exports
from payerworks_cli.backup.file_copies import COPIED, bucket_of, copy_out
from payerworks_cli.backup.location import Location, locate
from payerworks_cli.backup.manifest import BEGUN, MANIFEST, Begun, FileCopies, Manifest, TableExport
from payerworks_cli.errors import BadOption
from payerworks_cli.session import AsJson
from payerworks_cli.shown_values import second
from payerworks_cli.stack_outputs import Stack
from payerworks_cli.target import Target, find_stack
from payerworks_cli.terminal import Terminal, command_terminal, counted

To = Annotated[str, typer.Option("--to", metavar="ADDRESS", help="A new prefix of a bucket: s3://bucket/prefix.")]
At = Annotated[
    datetime.datetime | None,
    typer.Option(
        "--at",
        formats=["%Y-%m-%dT%H:%M:%SZ"],
        metavar="TIME",
        help="An earlier moment in UTC, like 2026-11-30T08:00:00Z; the latest possible one if not given.",
    ),
]
Key = Annotated[
    str | None, typer.Option("--kms-key", metavar="KEY", help="The KMS key of the exports; that of S3 if not given.")
]


NOT_EXPORTED = {"search"}
"""Services whose tables describe copies: jobs on indexes that a new stack does not have."""


def backup(to: To, at: At = None, kms_key: Key = None, *, target: Target, as_json: AsJson = False) -> None:
    """Export all tables as of one moment to S3, while writes go on. The same command continues one that was stopped.

    Example: payerworks backup --to s3://payerworks-backups/2026-11-30
    """
    with command_terminal(as_json=as_json) as terminal, calling_aws():
        stack = find_stack(target, "A backup")
        location = locate(to, stack)
        begun = _begin(stack, location, at and at.replace(tzinfo=datetime.UTC))
        tables = _export(stack, location, begun, kms_key, terminal)
        manifest = Manifest(
            id=begun.id,
            api_url=stack.api_url,
            moment=begun.moment,
            tables=tables,
            files=_copy_files(stack, location, begun.moment, terminal),
            finished=datetime.datetime.now(datetime.UTC),
        )
        location.write(MANIFEST, manifest.model_dump_json(indent=2).encode())
        _show(manifest, location, terminal)


def _begin(stack: Stack, location: Location, at: datetime.datetime | None) -> Begun:
    """Fix the moment, or go on with the backup that has fixed it here. Raises BadOption."""
    if location.read(MANIFEST) is not None:
        raise BadOption(f"{location} holds a whole backup: --to needs a new prefix.")
    content = location.read(BEGUN)
    tables = {service: name for service, name in stack.tables.items() if service not in NOT_EXPORTED}
    if content is not None:
        begun = Begun.model_validate_json(content)
        if begun.tables != tables or at not in (None, begun.moment):
            raise BadOption(f"{location} holds the beginning of another backup: --to needs a new prefix.")
        return begun
    moment = at or latest_moment(aws_client(stack, "dynamodb"), tables)
    begun = Begun(id=secrets.token_hex(8), moment=moment, tables=tables)
    location.write(BEGUN, begun.model_dump_json().encode())
    return begun


def _export(
    stack: Stack, location: Location, begun: Begun, kms_key: str | None, terminal: Terminal
) -> dict[str, TableExport]:
    client = aws_client(stack, "dynamodb")
    with terminal.part("tables") as say, terminal.bars() as bars:
        arns = {
            service: begin_export(client, name, begun.moment, location, f"{begun.id}-{service}", kms_key)
            for service, name in begun.tables.items()
        }

        def show(states: Mapping[str, str]) -> None:
            done = sum(state == "completed" for state in states.values())
            bars.show("exports", 100 * done / len(states), f"{done} of {counted(len(states), 'table')}")

        ended = wait_for_exports(client, arns, show)
        tables = {
            service: table_export(client, name, ended[service], location) for service, name in begun.tables.items()
        }
        items = counted(sum(table.items for table in tables.values()), "item")
        say(f"{items} of {counted(len(tables), 'table')} as of {second(begun.moment.isoformat())}")
    return tables


def _copy_files(
    stack: Stack, location: Location, moment: datetime.datetime, terminal: Terminal
) -> dict[str, FileCopies]:
    with terminal.part("files") as say:
        copies = {
            name: copy_out(location, name, bucket, moment) for name in COPIED if (bucket := bucket_of(stack, name))
        }
        say(", ".join(f"{counted(copy.count, 'file')} of {name}" for name, copy in copies.items()))
    return copies


def _show(manifest: Manifest, location: Location, terminal: Terminal) -> None:
    terminal.json(manifest.model_dump(mode="json"))
    rows = [(service, f"{table.items:,}", f"{table.size:,}") for service, table in manifest.tables.items()]
    terminal.table(("table", "items", "bytes"), rows)
    terminal.line(f"{location} is whole: {terminal.command(f'restore --from {location}')} restores it to a new stack")
