"""A build puts the same bytecode into every function's folder, and Lambda uses it without checking the sources."""

import importlib.util
import sys
from pathlib import Path

from localstack import build

TEMPLATE = """
Resources:
  CreatePlan: {Type: AWS::Serverless::Function, Properties: {CodeUri: CreatePlan}}
  GetPlan: {Type: AWS::Serverless::Function, Properties: {CodeUri: GetPlan, Role: !GetAtt Role.Arn}}
  Common: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: Common}}
"""


def test_every_function_gets_fresh_unchecked_bytecode(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    for name in ("CreatePlan", "GetPlan"):
        stale = tmp_path / name / "plans/__pycache__"
        stale.mkdir(parents=True)
        (stale / f"gone.{sys.implementation.cache_tag}.pyc").touch()
        (tmp_path / name / "plans/create_plan.py").write_text("ANSWER = 42\n")
    build.compile_functions(tmp_path)
    first, second = (sorted((tmp_path / name).rglob("*.pyc")) for name in ("CreatePlan", "GetPlan"))
    assert [path.name for path in first] == [f"create_plan.{sys.implementation.cache_tag}.pyc"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    header = first[0].read_bytes()[:16]
    assert header[:4] == importlib.util.MAGIC_NUMBER
    # PEP 552: bit 0 says that a hash of the source follows, bit 1 that it is to be checked.
    assert header[4:8] == b"\x01\0\0\0"
