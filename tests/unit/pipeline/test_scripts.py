"""The scripts of the pipeline, run with stand-ins for aws, gh, curl and make."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.conftest import ROOT

AWS = """#!/bin/sh
case "$*" in
    *describe-alarms*) cat "$RAISED" ;;
    *describe-stacks*) echo https://api.example.com/prod ;;
esac
"""
GH = """#!/bin/sh
echo "gh $*" >> "$LOG"
case "$*" in
    "release list"*) echo "$STATE" ;;
    "release download"*) cp "$ARTIFACT" "${7}" ;;
    "attestation verify"*) exit "${VERIFIED:-0}" ;;
esac
"""
MAKE = """#!/bin/sh
echo "make $3 $4" >> "$LOG"
[ "$3" != build ] || [ -z "$REBUILT" ] || echo "$REBUILT" > "$2/.aws-sam/payerworks-fingerprint"
"""
CURL = """#!/bin/sh
echo call >> "$LOG"
exit "${CURL_EXIT:-0}"
"""


class Room:
    """A repository with a tag v1.0.0, the scripts, and the stand-ins on the path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.variables = {
            "LOG": str(folder / "log"),
            "RAISED": str(folder / "raised"),
            "ARTIFACT": str(folder / "artifact.tar.gz"),
            "GITHUB_REPOSITORY": "octo-org/octo-repo",
            "GITHUB_REF_TYPE": "tag",
            "GITHUB_REF_NAME": "v1.0.0",
        }
        shutil.copytree(ROOT / ".ci", folder / ".ci")
        (folder / "bin").mkdir()
        for name, text in {"aws": AWS, "gh": GH, "make": MAKE, "curl": CURL}.items():
            (folder / "bin" / name).write_text(text)
            (folder / "bin" / name).chmod(0o755)
        self.raise_alarms()
        (folder / ".aws-sam").mkdir()
        (folder / ".aws-sam/payerworks-fingerprint").write_text("abc\n")
        self.sh("tar -czf artifact.tar.gz .aws-sam && rm -r .aws-sam && git init -q -b main && git add .ci")
        self.sh("git commit -q -m first && git tag v1.0.0 && git update-ref refs/remotes/origin/main HEAD")

    def sh(self, command: str) -> None:
        names = ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL")
        subprocess.run(
            ["sh", "-c", command],
            cwd=self.folder,
            env=os.environ | dict.fromkeys(names, "test"),
            check=True,
        )

    def raise_alarms(self, *names: str) -> None:
        (self.folder / "raised").write_text("\t".join(names) + "\n")

    def run(self, script: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            [self.folder / ".ci" / script, *arguments],
            cwd=self.folder,
            env=os.environ | self.variables | variables | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def log(self) -> list[str]:
        log = self.folder / "log"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.mark.parametrize(("known", "state"), [("", "new"), ("signed", "signed"), ("proven", "proven")])
def test_a_release_is_new_signed_or_proven(room: Room, known: str, state: str) -> None:
    assert room.run("find-release", STATE=known).stdout == f"state={state}\n"


def test_a_tag_that_is_not_on_main_is_refused(room: Room) -> None:
    room.sh("git commit -q --allow-empty -m unreviewed")
    found = room.run("find-release", STATE="")
    assert (found.returncode, found.stderr) == (1, "v1.0.0 is not on main, where changes are reviewed.\n")


def test_a_branch_is_refused(room: Room) -> None:
    assert room.run("find-release", STATE="", GITHUB_REF_TYPE="branch").returncode == 1


@pytest.mark.parametrize(("known", "code"), [("", 1), ("signed", 1), ("proven", 0)])
def test_only_a_release_that_prod_has_had_can_be_gone_back_to(room: Room, known: str, code: int) -> None:
    assert room.run("find-release", STATE=known, GO_BACK="true").returncode == code


def test_a_signed_release_is_verified_then_deployed_with_its_own_sources(room: Room) -> None:
    done = room.run("deploy", "staging", "v1.0.0")
    assert done.returncode == 0, done.stderr
    download, verify, build, deploy = room.log
    assert download.startswith("gh release download v1.0.0 ")
    assert "--source-ref refs/tags/v1.0.0 --signer-workflow octo-org/octo-repo/.github/workflows/deploy.yml" in verify
    assert (build, deploy) == ("make build PYTHON=python3.13", "make deploy ENV=staging")
    assert (room.folder / "build/releases/v1.0.0/.aws-sam/payerworks-fingerprint").read_text() == "abc\n"
    assert (room.folder / "build/releases/v1.0.0/.ci/run").exists()


def test_a_release_that_is_not_signed_is_not_deployed(room: Room) -> None:
    assert room.run("deploy", "prod", "v1.0.0", VERIFIED="1").returncode == 1
    assert not [line for line in room.log if line.startswith("make")]


def test_a_build_of_other_sources_is_not_deployed(room: Room) -> None:
    done = room.run("deploy", "prod", "v1.0.0", REBUILT="def")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "The signed build of v1.0.0 is not of its sources.")
    assert "make deploy ENV=prod" not in room.log


def test_a_canary_passes_when_calls_are_answered_and_no_alarm_is_new(room: Room) -> None:
    room.raise_alarms("payerworks-prod-OldTrouble")
    assert room.run("deploy", "prod", "v1.0.0").returncode == 0
    watched = room.run("canary", "prod", "0")
    assert (watched.returncode, watched.stdout) == (0, "3 calls answered, no new alarm.\n")


def test_a_canary_fails_at_a_call_that_fails(room: Room) -> None:
    assert room.run("deploy", "prod", "v1.0.0").returncode == 0
    watched = room.run("canary", "prod", "0", CURL_EXIT="22")
    assert (watched.returncode, watched.stderr) == (1, "GET /health failed twice, after 0 good calls.\n")


def test_a_canary_fails_at_a_new_alarm(room: Room) -> None:
    room.raise_alarms("payerworks-prod-OldTrouble")
    assert room.run("deploy", "prod", "v1.0.0").returncode == 0
    room.raise_alarms("payerworks-prod-ServerErrors", "payerworks-prod-OldTrouble")
    watched = room.run("canary", "prod", "0")
    assert (watched.returncode, watched.stderr) == (1, "Raised since the deployment: payerworks-prod-ServerErrors\n")
