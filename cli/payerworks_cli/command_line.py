"""The commands of `payerworks`, each from the file of its name."""

import typer

from payerworks_cli.plans.get import get
from payerworks_cli.plans.history import history
from payerworks_cli.plans.search import search as search_plans
from payerworks_cli.plans.tail import tail
from payerworks_cli.recount_claims import recount
from payerworks_cli.run import run
from payerworks_cli.sample import sample
from payerworks_cli.search.drift import drift
from payerworks_cli.search.reindex import reindex

app = typer.Typer(
    help="Payerworks, the back office for health payers, from a shell.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(sample)
app.command()(run)

plans = typer.Typer(help="Read, search and watch plans.", no_args_is_help=True)
plans.command()(get)
plans.command()(history)
plans.command("search")(search_plans)
plans.command()(tail)
app.add_typer(plans, name="plans")

search = typer.Typer(help="Check the search index and build it anew.", no_args_is_help=True)
search.command()(drift)
search.command()(reindex)
app.add_typer(search, name="search")
claims = typer.Typer(help="Claims and the totals of their providers.", no_args_is_help=True)
claims.command()(recount)
app.add_typer(claims, name="claims")


@app.callback()
def commands() -> None:
    """Payerworks, the back office for health payers, from a shell."""
