"""Files through a presigned POST, as any HTTPS client sends them."""

import contextlib
import gzip
import http.client
import json
import urllib.parse
import uuid
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from localstack.stack import Stack
from payerworks_cli.command_line import app
from tests.integration.conftest import Api
from tests.integration.intake.conftest import finished

HEADER = "Fall;Patient No;Vorname;Nachname;geboren;Aufnahme;Grund\n"
MAPPING = {
    "columns": {
        "mrn": "Patient No",
        "first_name": "Vorname",
        "last_name": "Nachname",
        "birth_date": "geboren",
        "visit_account_number": "Fall",
        "visit_date": "Aufnahme",
        "reason": "Grund",
    },
    "date_format": "DD.MM.YYYY",
}


def rows_of(mrn: str) -> str:
    return HEADER + "".join(f"{mrn}-{n};{mrn};Zoë;Field;14.02.1990;0{n}.11.2024 08:00;Check\n" for n in (1, 2))


def offered(api: Api, **wanted: Any) -> dict[str, Any]:
    answer = api.post("/ingest/uploads", wanted)
    assert answer.status == 201, answer.body
    return dict(answer.json())


def posted(offer: dict[str, Any], content: bytes, **changed: str) -> int:
    """The status of S3's answer to the form of an offer, with fields of it changed."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in (offer["fields"] | changed).items()
    ]
    file = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    body = ("".join(parts) + file).encode() + content + f"\r\n--{boundary}--\r\n".encode()
    url = urllib.parse.urlsplit(offer["url"])
    with contextlib.closing(http.client.HTTPConnection(url.netloc)) as connection:
        connection.request("POST", url.path, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})
        return connection.getresponse().status


def test_a_packed_file_goes_in_by_its_mapping(api: Api) -> None:
    mrn = uuid.uuid4().hex
    offer = offered(api, filename="visits.csv.gz", mapping=MAPPING)
    assert posted(offer, gzip.compress(rows_of(mrn).encode())) == 204
    job = finished(api, f"/ingest?key={urllib.parse.quote(offer['key'])}")
    assert (job["status"], job["patients_created"], job["visits_created"], job["rejected"]) == ("completed", 1, 2, 0)
    patient = api.get(f"/patients?mrn={mrn}").json()["patients"][0]
    assert patient["person"] == {"first_name": "Zoë", "last_name": "Field", "birth_date": "1990-02-14"}
    assert [visit["visit_date"] for visit in patient["visits"]] == ["2024-11-02", "2024-11-01"]


def test_an_offer_serves_for_its_key_and_its_tenant_only(api: Api) -> None:
    offer = offered(api, filename="visits.csv")
    assert posted(offer, b"x", key=offer["key"].replace("visits", "other")) == 403
    assert posted(offer, b"x", **{"x-amz-meta-tenant": "other"}) == 403
    assert posted(offer, b"x", **{"x-amz-signature": "0" * 64}) == 403


def test_the_command_sends_a_file_and_follows_it(api: Api, running_stack: Stack, tmp_path: Path) -> None:
    mrn, file, mapping = uuid.uuid4().hex, tmp_path / "visits.csv", tmp_path / "clinic.json"
    file.write_text(rows_of(mrn))
    mapping.write_text(json.dumps(MAPPING))
    command = ["ingest", str(file), "--mapping", str(mapping), "--stack-dir", str(running_stack.layout.folder)]
    first = CliRunner().invoke(app, command)
    assert first.exit_code == 0, first.output
    assert "2 rows read, 1 patient created, 2 visits created" in first.stdout
    again = CliRunner().invoke(app, command)
    assert "2 rows read, nothing new: 2 duplicates" in again.stdout
