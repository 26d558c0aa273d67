"""Which tests run for a planted fault, and in which order."""

import pathlib

from tests.planted.fault import Fault
from tests.planted.reach import NEAR_FILES, Reach

RULE = "functions/service/rooms/rule.py"
TESTS = {
    "tests/unit/service/test_rule.py": "from service.rooms.rule import LIMIT\n",
    "tests/unit/service/test_room.py": "from service.rooms import other, rule\n\nassert rule.LIMIT\n",
    "tests/unit/service/test_lines.py": "from service.rooms import (\n    rule,\n)\n",
    "tests/unit/service/test_ruler.py": "from service.rooms import ruler\n\nLIMIT = 1\n",
}


def reach_of(tmp_path: pathlib.Path, lines: dict[str, list[int]]) -> Reach:
    """What two tests of each file reach: the lines given for the file, in the rule."""
    code = {RULE: "LIMIT = 3\n\n\ndef is_allowed():\n    return True\n", "layers/common/none.py": ""}
    for name, text in (dict.fromkeys(lines, "") | TESTS | code).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    traced = {
        f"{file}::test_{n}": (1.0 + n, {RULE: lines.get(file, [])}) for file in {**TESTS, **lines} for n in (1, 2)
    }
    return Reach(tmp_path, traced)


def fault(line: int, *names: str) -> Fault:
    return Fault(RULE, 0, 1, "", range(line, line + 1), "", "", frozenset(names))


def test_a_constant_is_given_to_the_tests_that_name_it_and_import_its_module(tmp_path: pathlib.Path) -> None:
    stages = reach_of(tmp_path, {}).stages(fault(1, "LIMIT"), 100)
    files = {test.partition("::")[0] for stage in stages for test in stage}
    assert files == {"tests/unit/service/test_rule.py", "tests/unit/service/test_room.py"}


def test_the_tests_that_import_a_module_are_the_first_to_run(tmp_path: pathlib.Path) -> None:
    others = {f"tests/unit/service/test_{number}.py": [5] for number in range(NEAR_FILES)}
    importing = "tests/unit/service/test_lines.py"
    first, *rest = reach_of(tmp_path, others | {importing: [5]}).stages(fault(5), 1000)
    assert f"{importing}::test_1" in first
    assert sum(map(len, [first, *rest])) == 2 * (NEAR_FILES + 1)
