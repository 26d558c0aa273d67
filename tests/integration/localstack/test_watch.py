"""A watch updates functions of the deployed stack, and the next deployment takes them back."""

from localstack.endpoints import stack_endpoints
from localstack.files import read_json
from localstack.stack import Stack
from localstack.watch import COMMON, FUNCTIONS, Watch, bring_back
from tests.integration.conftest import Api


def test_updated_functions_answer_and_are_brought_back(running_stack: Stack, api: Api) -> None:
    said: list[str] = []
    endpoint = stack_endpoints(running_stack.layout)["aws"]
    watch = Watch(running_stack.layout, endpoint, lambda: said.append("deployed"), said.append)
    watch.changed({FUNCTIONS / "plans/list_plans.py"})
    assert said[-1].endswith("plans.list_plans")
    assert api.get("/v1/plan").status == 200
    watch.changed({COMMON / "payerworks/opensearch.py"})
    assert said[-1].endswith("plans.get_indexed_plan and 4 more")
    assert api.get("/v1/plan/search").status == 200
    assert read_json(running_stack.layout.folder / "watched.json")["operations"]
    assert bring_back(running_stack.layout, endpoint)
    assert api.get("/v1/plan").status == 200
    assert not (running_stack.layout.folder / "watched.json").exists()
