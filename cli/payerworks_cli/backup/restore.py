"""`payerworks restore`: fill the tables of a new stack from a backup, and compare them with it."""

import time
from typing import Annotated, Any

import typer

from payerworks_cli.aws import aws_client, calling_aws
from payerworks_cli.backup import consumers
from payerworks_cli.backup.comparison import Comparison, compare
from payerworks_cli.backup.file_copies import bucket_of, copy_in
from payerworks_cli.backup.location import Location, locate
from payerworks_cli.backup.manifest import Manifest, read_manifest
from payerworks_cli.backup.restore_marks import Paused, RestoreMarks
from payerworks_cli.backup.table_restore import clear, has_items, restore_table
from payerworks_cli.backup.table_writer import WRITERS
from payerworks_cli.errors import BadInput, BadOption, JobFailed
from payerworks_cli.session import AsJson
from payerworks_cli.shown_values import second
from payerworks_cli.stack_outputs import Stack
from payerworks_cli.target import Target, find_stack
from payerworks_cli.terminal import Bars, Terminal, command_terminal, counted

From = Annotated[str, typer.Option("--from", metavar="ADDRESS", help="The prefix of a backup: s3://bucket/prefix.")]
Clear = Annotated[
    list[str] | None,
    typer.Option("--clear", metavar="TABLE", help="Delete the few items of a table first, such as auth's."),
]
Check = Annotated[
    bool, typer.Option("--check/--no-check", help="Compare each table with its export before the stack begins to work.")
]


def restore(
    source: From, cleared: Clear = None, check: Check = True, *, target: Target, as_json: AsJson = False
) -> None:
    """Fill the empty tables of a new stack from a backup. The same command continues one that was stopped.

    Example: payerworks restore --from s3://payerworks-backups/2026-11-30 --stack-dir new
    """
    with command_terminal(as_json=as_json) as terminal, calling_aws():
        stack = find_stack(target, "A restore")
        location = locate(source, stack)
        manifest = read_manifest(location)
        client = aws_client(stack, "dynamodb", max_pool_connections=WRITERS, read_timeout=60)
        marks = RestoreMarks(client, _tables(stack, manifest), location)
        paused = _begin(stack, manifest, client, marks, cleared or [])
        consumers.pause(stack, paused)
        put = _restore(stack, location, manifest, client, marks, terminal)
        _copy_files(stack, location, manifest, terminal)
        compared = _compare(stack, location, manifest, client, terminal) if check else {}
        # From here on the stack changes its tables: a repeat must not put older items over newer ones.
        marks.end()
        consumers.resume(stack, paused)
        _show(manifest, put, compared, terminal)


def _begin(stack: Stack, manifest: Manifest, client: Any, marks: RestoreMarks, cleared: list[str]) -> Paused:
    """What is to be paused, after a look whether the stack may be filled. Raises BadInput, BadOption."""
    if unknown := sorted(set(cleared) - manifest.tables.keys()):
        raise BadOption(f"--clear {unknown[0]}: the tables are {', '.join(sorted(manifest.tables))}.")
    paused = marks.read_begun()
    if marks.is_done:
        if paused:
            # Whoever stopped between the end and this: the stack must not stay paused.
            consumers.resume(stack, paused)
        raise BadInput("The stack was restored from this backup before, and is in use: restore it to another new one.")
    if paused:
        return paused
    tables = _tables(stack, manifest)
    used = [service for service, table in tables.items() if service not in cleared and has_items(client, table)]
    if used:
        raise BadInput(
            f"The stack is in use: {', '.join(sorted(used))} {'has' if len(used) == 1 else 'have'} items. "
            "Restore to a new stack; --clear TABLE deletes up to 1,000 items of a table first."
        )
    for name in cleared:
        clear(client, stack.tables[name], manifest.tables[name].keys)
    paused = consumers.running_consumers(stack)
    marks.begin(paused)
    return paused


def _tables(stack: Stack, manifest: Manifest) -> dict[str, str]:
    """The names of the stack's tables that the backup has. Raises BadInput."""
    if missing := sorted(manifest.tables.keys() - stack.tables.keys()):
        raise BadInput(f"The stack has no table {', '.join(missing)}: outputs.json must name those of the backup.")
    return {service: stack.tables[service] for service in manifest.tables}


def _restore(
    stack: Stack, location: Location, manifest: Manifest, client: Any, marks: RestoreMarks, terminal: Terminal
) -> int:
    total = 0
    began = time.monotonic()
    with terminal.part("tables") as say, terminal.bars() as bars:
        for service, export in manifest.tables.items():
            table_began = time.monotonic()

            def show(done: int, put: int, service: str = service, began: float = table_began) -> None:
                _show_pace(bars, service, done, put, manifest.tables[service].items, time.monotonic() - began)

            total += restore_table(location, service, export, client, stack.tables[service], marks, show)
        pace = total / max(time.monotonic() - began, 0.001)
        say(f"{counted(total, 'item')} put into {counted(len(manifest.tables), 'table')}, {pace:,.0f} items/s")
    return total


def _show_pace(bars: Bars, service: str, done: int, put: int, of: int, seconds: float) -> None:
    pace = put / seconds if seconds else 0
    left = (of - done) / pace if pace else 0
    words = (f"{pace:,.0f} items/s", f"{left / 60:,.0f} min left" if left >= 60 else f"{left:.0f} s left")
    bars.show(service, 100 * done / of if of else 100, f"{done:,} of {counted(of, 'item')}", words)


def _copy_files(stack: Stack, location: Location, manifest: Manifest, terminal: Terminal) -> None:
    with terminal.part("files") as say:
        copied = {name: copies for name, copies in manifest.files.items() if bucket_of(stack, name)}
        for name, copies in copied.items():
            copy_in(location, name, copies, bucket_of(stack, name))
        say(", ".join(f"{counted(copies.count, 'file')} of {name}" for name, copies in copied.items()))


def _compare(
    stack: Stack, location: Location, manifest: Manifest, client: Any, terminal: Terminal
) -> dict[str, Comparison]:
    """Compare all tables. Raises JobFailed if one differs; the stack stays paused then."""
    compared = {}
    with terminal.part("check") as say, terminal.bars() as bars:
        for service, export in manifest.tables.items():

            def show(read: int, service: str = service, of: int = 2 * export.items) -> None:
                bars.show(f"check {service}", 100 * min(1, read / of) if of else 100, f"{read:,} items read")

            compared[service] = compare(location, service, export, client, stack.tables[service], show)
        wrong = [service for service, each in compared.items() if not each.is_equal]
        if wrong:
            raise JobFailed(
                f"Not as in the backup: {', '.join(wrong)}. Somebody may have written to the stack, which stays "
                "paused; restore to another new one."
            )
        say(f"{counted(sum(each.table.count for each in compared.values()), 'item')} equal, table by table")
    return compared


def _show(manifest: Manifest, put: int, compared: dict[str, Comparison], terminal: Terminal) -> None:
    tables = {
        service: {
            "exported": manifest.tables[service].items,
            "compared": each.table.count,
            "leftOut": each.left_out,
            "digest": f"{each.table.digest:032x}",
        }
        for service, each in compared.items()
    }
    terminal.json({"ok": True, "moment": second(manifest.moment), "put": put, "tables": tables})
    rows = [
        (service, f"{each['exported']:,}", f"{each['compared']:,}", f"{each['leftOut']:,}", str(each["digest"]))
        for service, each in tables.items()
    ]
    if rows:
        terminal.table(("table", "exported", "equal", "left out", "digest"), rows, texts=("digest",))
    terminal.line(f"The stack is as its source was at {second(manifest.moment)}.")
    for index in ("plans", "patients"):
        terminal.line(f"Then: {terminal.command(f'search reindex --index {index}')}")
