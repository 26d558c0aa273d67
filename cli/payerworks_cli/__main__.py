"""`python -m payerworks_cli`: the command `payerworks`."""

from payerworks_cli.command_line import app

app(prog_name="payerworks")
