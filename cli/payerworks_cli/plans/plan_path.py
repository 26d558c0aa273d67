"""The path of a plan in the API."""

from urllib.parse import quote


def plan_path(plan_id: str) -> str:
    """The path of a plan; an id may hold any character but slashes and control characters."""
    return f"/v1/plan/{quote(plan_id, safe='')}"
