"""`payerworks audit disclosures`: a patient's accounting of disclosures as CSV."""

import csv
import io
import sys
from typing import Annotated

import typer

from payerworks_cli.audit.list_entries import PATH, From, To
from payerworks_cli.intake.job_rows import Force, Output
from payerworks_cli.local_files import STDIN, check_output, write_whole
from payerworks_cli.session import AsJson, session
from payerworks_cli.target import Target
from payerworks_cli.terminal import counted


def disclosures(
    patient: Annotated[str, typer.Argument(metavar="PATIENT", help="The patient's id.")],
    output: Output = None,
    first: From = None,
    last: To = None,
    force: Force = False,
    *,
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Get the accounting of disclosures of a patient (45 CFR 164.528): those of six years, unless days are given.

    Example: payerworks audit disclosures 0f1e2d3c -o disclosures.csv
    """
    params = {"patient": patient} | ({"from": first} if first else {}) | ({"to": last} if last else {})
    to_file = output is not None and output != STDIN
    with session(target, as_json=as_json) as (terminal, api):
        if output is not None and to_file:
            check_output(output, force=force)
        answer = api.ask("GET", f"{PATH}/disclosures", params=params)
        rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
        if output is not None and to_file:
            write_whole(output, [answer.content])
            terminal.json({"ok": True, "file": str(output), "disclosures": len(rows)})
            terminal.line(f"{counted(len(rows), 'disclosure')} in {output}")
        elif as_json:
            terminal.json({"items": rows})
        else:
            sys.stdout.write(answer.text)
