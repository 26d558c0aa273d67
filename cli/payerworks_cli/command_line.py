"""The commands of `payerworks`, each from the file of its name."""

import typer

from payerworks_cli.run import run
from payerworks_cli.sample import sample

app = typer.Typer(
    help="Payerworks, the back office for health payers, from a shell.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(sample)
app.command()(run)


@app.callback()
def commands() -> None:
    """Payerworks, the back office for health payers, from a shell."""
