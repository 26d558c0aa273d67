"""The commands of `payerworks`; each is in the file of its name."""

import typer

from payerworks_cli.claims.get import get as get_claim
from payerworks_cli.claims.list_claims import list_claims
from payerworks_cli.claims.payment import payment
from payerworks_cli.claims.post import post
from payerworks_cli.claims.recount import recount
from payerworks_cli.claims.top import top
from payerworks_cli.claims.void import void
from payerworks_cli.intake.ingest import ingest
from payerworks_cli.intake.list_jobs import list_jobs
from payerworks_cli.intake.rejects import rejects
from payerworks_cli.intake.show import show as show_job
from payerworks_cli.plans.get import get
from payerworks_cli.plans.history import history
from payerworks_cli.plans.search import search as search_plans
from payerworks_cli.plans.tail import tail
from payerworks_cli.queues.list_queues import list_queues
from payerworks_cli.queues.redrive import redrive
from payerworks_cli.queues.show import show
from payerworks_cli.run.run import run
from payerworks_cli.run.sample import sample
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
app.command()(ingest)

plans = typer.Typer(help="Read, search and watch plans.", no_args_is_help=True)
plans.command()(get)
plans.command()(history)
plans.command("search")(search_plans)
plans.command()(tail)
app.add_typer(plans, name="plans")

claims = typer.Typer(help="Post, list, read and void claims, and see their payments.", no_args_is_help=True)
claims.command()(post)
claims.command("list")(list_claims)
claims.command("get")(get_claim)
claims.command()(payment)
claims.command()(void)
claims.command()(top)
claims.command()(recount)
app.add_typer(claims, name="claims")

jobs = typer.Typer(help="List the jobs of files, show one, get its rejected rows.", no_args_is_help=True)
jobs.command("list")(list_jobs)
jobs.command("show")(show_job)
jobs.command()(rejects)
app.add_typer(jobs, name="jobs")

queues = typer.Typer(invoke_without_command=True, callback=list_queues)
queues.command()(show)
queues.command()(redrive)
app.add_typer(queues, name="queues")

search = typer.Typer(help="Check and rebuild the search index.", no_args_is_help=True)
search.command()(drift)
search.command()(reindex)
app.add_typer(search, name="search")
