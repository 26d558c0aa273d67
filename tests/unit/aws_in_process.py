"""AWS in process (moto) as a template builds it: built once, and copied for every test in a twentieth of the time."""

import copy
import copyreg
import functools
import threading
from typing import Any

from moto.backends import get_backend

from tests.unit.template import Template

ACCOUNT = "123456789012"
SERVICES = ("dynamodb", "sqs", "sns", "s3", "kms")
"""Those that a template's resources are made in."""

# A queue has one, and nobody waits for it: its copy is a new one.
copyreg.pickle(threading.Condition, lambda _: (threading.Condition, ()))


def build(template: Template) -> dict[str, str]:
    """Make the template's resources in an empty AWS; the variables that every function gets from `Globals`."""
    variables, backends = _built(template)
    for service, regions in copy.deepcopy(backends).items():
        get_backend(service)[ACCOUNT].update(regions)
    return variables


@functools.cache
def _built(template: Template) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
    variables = template.build()
    return variables, copy.deepcopy({service: dict(get_backend(service)[ACCOUNT]) for service in SERVICES})
