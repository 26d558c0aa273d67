"""The commands of `payerworks`; each is in the file of its name."""

from collections.abc import Callable
from typing import Annotated

import typer

from payerworks_cli import VERSION
from payerworks_cli.account.mfa import confirm, enrol, remove
from payerworks_cli.account.password import password
from payerworks_cli.account.whoami import whoami
from payerworks_cli.appointments.book import book
from payerworks_cli.appointments.change import change as change_appointment
from payerworks_cli.appointments.get import get as get_appointment
from payerworks_cli.appointments.list_appointments import list_appointments
from payerworks_cli.audit.disclosures import disclosures
from payerworks_cli.audit.list_entries import list_entries
from payerworks_cli.audit.verify import verify
from payerworks_cli.backup.backup import backup
from payerworks_cli.backup.restore import restore
from payerworks_cli.claims.decide import decide
from payerworks_cli.claims.get import get as get_claim
from payerworks_cli.claims.list_claims import list_claims
from payerworks_cli.claims.pay import pay
from payerworks_cli.claims.payment import payment
from payerworks_cli.claims.post import post
from payerworks_cli.claims.recount import recount
from payerworks_cli.claims.top import top
from payerworks_cli.claims.void import void
from payerworks_cli.clients.create import create as create_client
from payerworks_cli.clients.delete import delete as delete_client
from payerworks_cli.clients.list_clients import list_clients
from payerworks_cli.clients.rotate import rotate as rotate_client
from payerworks_cli.deployments.completion import completion
from payerworks_cli.deployments.env import env
from payerworks_cli.deployments.first_admin import first_admin
from payerworks_cli.deployments.health import health
from payerworks_cli.deployments.list_profiles import list_profiles
from payerworks_cli.deployments.login import login
from payerworks_cli.deployments.logout import logout
from payerworks_cli.description.documents import description, postman, schema
from payerworks_cli.doctor.doctor import doctor
from payerworks_cli.doctors.contacts import contacts as doctor_contacts
from payerworks_cli.doctors.create import create as create_doctor
from payerworks_cli.doctors.delete import delete as delete_doctor
from payerworks_cli.doctors.get import get as get_doctor
from payerworks_cli.doctors.history import history as doctor_history
from payerworks_cli.doctors.list_doctors import list_doctors
from payerworks_cli.doctors.restore import restore as restore_doctor
from payerworks_cli.doctors.specialties import specialties
from payerworks_cli.doctors.update import update as update_doctor
from payerworks_cli.institutions.contacts import contacts as institution_contacts
from payerworks_cli.institutions.counts import counts
from payerworks_cli.institutions.create import create as create_institution
from payerworks_cli.institutions.delete import delete as delete_institution
from payerworks_cli.institutions.get import get as get_institution
from payerworks_cli.institutions.history import history as institution_history
from payerworks_cli.institutions.list_doctors import list_doctors as list_institution_doctors
from payerworks_cli.institutions.list_institutions import list_institutions
from payerworks_cli.institutions.list_patients import list_patients as list_institution_patients
from payerworks_cli.institutions.restore import restore as restore_institution
from payerworks_cli.institutions.update import update as update_institution
from payerworks_cli.intake.duplicates import duplicates
from payerworks_cli.intake.ingest import ingest
from payerworks_cli.intake.list_jobs import list_jobs
from payerworks_cli.intake.rejects import rejects
from payerworks_cli.intake.show import show as show_job
from payerworks_cli.keys.list_keys import list_keys
from payerworks_cli.keys.rotate import rotate as rotate_keys
from payerworks_cli.patients.add_entry import add_entry
from payerworks_cli.patients.care_team import care_team
from payerworks_cli.patients.change_entry import change_entry
from payerworks_cli.patients.contacts import contacts as patient_contacts
from payerworks_cli.patients.create import create as create_patient
from payerworks_cli.patients.dashboard import dashboard
from payerworks_cli.patients.delete import delete as delete_patient
from payerworks_cli.patients.delete_entry import delete_entry
from payerworks_cli.patients.entries import entries
from payerworks_cli.patients.get import get as get_patient
from payerworks_cli.patients.history import history as patient_history
from payerworks_cli.patients.list_patients import list_patients
from payerworks_cli.patients.record import record
from payerworks_cli.patients.restore import restore as restore_patient
from payerworks_cli.patients.update import update as update_patient
from payerworks_cli.patients.validate import validate
from payerworks_cli.plans.create import create
from payerworks_cli.plans.delete import delete
from payerworks_cli.plans.get import get
from payerworks_cli.plans.history import history
from payerworks_cli.plans.list_plans import list_plans
from payerworks_cli.plans.patch import patch
from payerworks_cli.plans.replace import replace
from payerworks_cli.plans.search import search as search_plans
from payerworks_cli.plans.tail import tail
from payerworks_cli.queues.list_queues import list_queues
from payerworks_cli.queues.redrive import redrive
from payerworks_cli.queues.show import show
from payerworks_cli.registry.get import get as get_registry_patient
from payerworks_cli.registry.list_patients import list_patients as list_registry_patients
from payerworks_cli.run.run import run
from payerworks_cli.run.sample import sample
from payerworks_cli.search.drift import drift
from payerworks_cli.search.reindex import reindex
from payerworks_cli.sessions.end import end
from payerworks_cli.sessions.list_sessions import list_sessions
from payerworks_cli.target import ApiUrl, ProfileName, StackDir, with_target
from payerworks_cli.usage import Command, Commands, Group
from payerworks_cli.users.change import disable, enable, roles
from payerworks_cli.users.create import create as create_user
from payerworks_cli.users.invite import invite
from payerworks_cli.users.list_users import list_users
from payerworks_cli.users.reset_mfa import reset_mfa
from payerworks_cli.users.show import show as show_user

app = typer.Typer(
    cls=Commands,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=(
        "Ends with 0 if all went well, 1 if something failed (one sentence says what), 2 if the command or its options "
        "are wrong, and 130 after Ctrl-C. Without an option that names a deployment, $STACK, $PAYERWORKS_URL (with the "
        "token in $PAYERWORKS_TOKEN, or a login there) or $PAYERWORKS_PROFILE does, else the stack of this folder, "
        "else the profile called default."
    ),
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"payerworks {VERSION}")
        raise typer.Exit


@app.callback()
def payerworks(
    stack_dir: StackDir = None,
    api_url: ApiUrl = None,
    profile: ProfileName = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Payerworks, the back office for health payers, from a shell.

    Example: payerworks claims list --status payment_review --json
    """


def _group(name: str, help_text: str, commands: dict[str, Callable[..., None]]) -> None:
    group = typer.Typer(cls=Group, help=help_text)
    _add(group, commands)
    app.add_typer(group, name=name)


def _add(group: typer.Typer, commands: dict[str, Callable[..., None]]) -> None:
    for name, command in commands.items():
        group.command(name, cls=Command)(with_target(command))


_add(
    app,
    {
        "sample": sample,
        "run": run,
        "ingest": ingest,
        "first-admin": first_admin,
        "login": login,
        "logout": logout,
        "whoami": whoami,
        "password": password,
        "profiles": list_profiles,
        "env": env,
        "health": health,
        "doctor": doctor,
        "backup": backup,
        "restore": restore,
        "completion": completion,
    },
)
_group(
    "plans",
    "Write, read, search and watch plans.",
    {
        "list": list_plans,
        "get": get,
        "create": create,
        "replace": replace,
        "patch": patch,
        "delete": delete,
        "history": history,
        "search": search_plans,
        "tail": tail,
    },
)
_group(
    "claims",
    "Post, list, read and void claims; see, ask for and decide their payments.",
    {
        "post": post,
        "list": list_claims,
        "get": get_claim,
        "payment": payment,
        "pay": pay,
        "decide": decide,
        "void": void,
        "top": top,
        "recount": recount,
    },
)
_group(
    "institutions",
    "Make, list, change and delete institutions; list their doctors and patients.",
    {
        "list": list_institutions,
        "get": get_institution,
        "create": create_institution,
        "update": update_institution,
        "delete": delete_institution,
        "restore": restore_institution,
        "history": institution_history,
        "contacts": institution_contacts,
        "doctors": list_institution_doctors,
        "patients": list_institution_patients,
        "counts": counts,
    },
)
_group(
    "doctors",
    "Make, list, change and delete doctors.",
    {
        "list": list_doctors,
        "get": get_doctor,
        "create": create_doctor,
        "update": update_doctor,
        "delete": delete_doctor,
        "restore": restore_doctor,
        "history": doctor_history,
        "contacts": doctor_contacts,
        "specialties": specialties,
    },
)
_group(
    "patients",
    "Make, list, change and validate patients of the directory; see and write what is known of their health.",
    {
        "list": list_patients,
        "get": get_patient,
        "create": create_patient,
        "update": update_patient,
        "delete": delete_patient,
        "restore": restore_patient,
        "history": patient_history,
        "contacts": patient_contacts,
        "validate": validate,
        "dashboard": dashboard,
        "record": record,
        "care-team": care_team,
        "entries": entries,
        "add-entry": add_entry,
        "change-entry": change_entry,
        "delete-entry": delete_entry,
    },
)
_group(
    "appointments",
    "Book, list and change the appointments of doctors with patients.",
    {"list": list_appointments, "get": get_appointment, "book": book, "change": change_appointment},
)
_group(
    "registry",
    "Find patients of the registry and see their visits.",
    {"list": list_registry_patients, "get": get_registry_patient},
)
_group(
    "jobs",
    "List the jobs of files, show one, get its rejected rows and its duplicates.",
    {"list": list_jobs, "show": show_job, "rejects": rejects, "duplicates": duplicates},
)
_group("search", "Check and rebuild the search index.", {"drift": drift, "reindex": reindex})
_group(
    "users",
    "Create, invite, show and disable users, and give them roles.",
    {
        "list": list_users,
        "show": show_user,
        "create": create_user,
        "invite": invite,
        "roles": roles,
        "disable": disable,
        "enable": enable,
        "reset-mfa": reset_mfa,
    },
)
_group("sessions", "See where an account is logged in, and end its sessions.", {"list": list_sessions, "end": end})
_group(
    "mfa",
    "Set up or remove the second factor of one's own account.",
    {"enrol": enrol, "confirm": confirm, "remove": remove},
)
_group(
    "clients",
    "Let machines call the API, each with its roles and a secret.",
    {"list": list_clients, "create": create_client, "rotate": rotate_client, "delete": delete_client},
)
_group("keys", "See and rotate the keys that sign access tokens.", {"list": list_keys, "rotate": rotate_keys})
_group(
    "api",
    "Print what describes the API, for other tools.",
    {"description": description, "schema": schema, "postman": postman},
)

_group(
    "audit",
    "See who read and wrote patient data, and verify that nobody changed the ledger that says so.",
    {"list": list_entries, "verify": verify, "disclosures": disclosures},
)

queues = typer.Typer(cls=Group, invoke_without_command=True, callback=with_target(list_queues))
_add(queues, {"list": list_queues, "show": show, "redrive": redrive})
app.add_typer(queues, name="queues")
