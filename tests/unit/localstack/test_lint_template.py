"""The lint of the translated template finds faults that the lint of the source cannot find."""

import json
from pathlib import Path

import pytest

from localstack import lint_template

# The policy of a function refers to the bucket whose event starts the function: SAM closes the circle.
CIRCLE = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  IntakeBucket:
    Type: AWS::S3::Bucket
  OnFileUploaded:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: intake.on_file_uploaded.handler
      CodeUri: functions/
      Policies:
        - Statement: [{Effect: Allow, Action: s3:GetObject, Resource: !Sub "${IntakeBucket.Arn}/*"}]
      Events:
        Put: {Type: S3, Properties: {Bucket: !Ref IntakeBucket, Events: "s3:ObjectCreated:*"}}
"""


def test_a_circle_that_sam_closes_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = tmp_path / "template.yaml"
    written.write_text(CIRCLE)
    translated = tmp_path / "translated.json"
    translated.write_text(json.dumps(lint_template.translate(written)))
    assert lint_template.lint(written, []) == 0
    assert lint_template.lint(translated, lint_template.SAMS_OWN) > 0
    assert "E3004 Circular Dependencies" in capsys.readouterr().out
