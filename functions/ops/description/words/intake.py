"""Words of files, their jobs, and the patient registry."""

from ops.description.words.word import Words

TASK_ID = "0f0e0d0c0b0a09080706050403020100"
_RECEIVED = "2026-11-29T10:15:00+00:00"

INTAKE: Words = {
    "mrn": (
        "The medical record number, by which the registry knows the patient: a text; leading zeros count.",
        "MRN-1001",
    ),
    "first_name": ("The given name: 1 to 100 characters.", "Ada"),
    "last_name": ("The family name: 1 to 100 characters.", "Field"),
    "birth_date": ("The patient's day of birth: ISO 8601.", "1990-02-14"),
    "visit_account_number": ("The account number of the visit, which identifies it within the tenant.", "VST-9001"),
    "visit_date": ("The day of the visit: ISO 8601.", "2024-11-01"),
    "PatientVisit.reason": ("Why the patient came; empty if the file did not say.", "Annual physical"),
    "IngestRecord.reason": ("Why the patient came; may be absent, null or empty.", "Annual physical"),
    "PatientVisit.id": ("Identifies the visit; made by the API.", "6d1f0b2a9c8e47f5a3b1c0d9e8f7a6b5"),
    # Files
    "filename": ("The name that the file gets in the bucket: it ends in .csv or .csv.gz.", "visits.csv"),
    "kind": "What the rows of the file are.",
    "IngestUploadRequest.mapping": "How the file's columns are to be read; without it, they are found by their names.",
    "columns": (None, {"mrn": "Patient number"}),
    "FileMapping.encoding": (None, "windows-1252"),
    "IngestUpload.url": ("Where to POST the form.", "https://payerworks-intake.s3.us-east-1.amazonaws.com/"),
    "IngestUpload.fields": (
        "The fields of the form, to be sent unchanged and before the file.",
        {"key": "patients/visits.csv", "policy": "eyJjb25kaXRpb25z", "x-amz-signature": "9f2c4b1e"},
    ),
    "IngestUpload.key": (None, "patients/visits.csv"),
    "IngestUpload.expires_at": ("Until when the form can be sent: ISO 8601 in UTC.", "2026-11-29T11:15:00+00:00"),
    "max_bytes": ("The largest file that S3 will take by this form, in bytes.", 5_368_709_120),
    "IngestAccepted.message": (
        "The outcome in words, for people.",
        "The records are in a file; a job loads them into the registry.",
    ),
    "records_received": ("How many records the request had.", 1),
    "csv_filename": ("The file in the bucket that holds the records.", f"patients/posted/{TASK_ID}.csv"),
    # Jobs
    "task_id": ("Identifies the job that loads the file.", TASK_ID),
    "IngestJob.key": ("The file's key in the bucket.", "patients/visits.csv"),
    "IngestJobQuery.key": ("Only jobs of the file with this key in the bucket.", "patients/visits.csv"),
    "IngestJob.status": ("How far the job is; `failed` only if the file as a whole cannot be read.", "completed"),
    "IngestJobQuery.status": ("Only jobs in this state.", "completed"),
    "IngestJob.error": ("Why the job failed; null unless it did.", None),
    "IngestJob.encoding": (None, "utf-8"),
    "IngestJob.steps": "What the job has done so far, in this order.",
    "JobStep.step": "What was done.",
    "JobStep.at": ("When it was done: ISO 8601 in UTC.", _RECEIVED),
    "JobStep.detail": ("More about the step, for people.", "the file is in the bucket"),
    "percent": ("How much of the file is done, from 0 to 100.", 100),
    "rows_read": ("Rows of the file that were read, rejects and duplicates included.", 120),
    "patients_created": ("Patients whom the registry did not have.", 100),
    "patients_updated": ("Patients whose name or day of birth the file changed.", 5),
    "patients_unchanged": ("Rows whose patient was the same in the registry already.", 10),
    "visits_created": ("Visits that the registry did not have.", 115),
    "claims_created": ("Claims that were not stored before; 0 for a file of patients.", 0),
    "duplicates": (None, 3),
    "rejected": ("Rows that could not be taken; GET /ingest/{task_id}/rejects has each with its reason.", 2),
    "blank": (None, 0),
    "started_at": ("When a worker began to read the file: ISO 8601 in UTC; null before.", _RECEIVED),
    "finished_at": ("When the job ended: ISO 8601 in UTC; null before.", "2026-11-29T10:15:04+00:00"),
    # The registry
    "Patient.id": ("Identifies the patient in the registry; made by the API from the MRN.", TASK_ID),
    "person": "Who the patient is, by the latest row about them.",
    "visits": "The latest 20 visits, newest first.",
    "visits_count": ("How many visits the registry has of the patient.", 1),
    "PatientPage.total": ("How many patients match, on all pages; without a search engine 10,000 at most.", 1),
    "page": ("Which page this is, from 1.", 1),
    "page_size": ("How many patients a page has at most.", 20),
    "PatientPage.patients": "The patients of this page.",
    "PatientQuery.mrn": ("Only the patient with exactly this medical record number.", "MRN-1001"),
    "PatientQuery.first_name": ("How the given name begins, in any case.", "Ad"),
    "PatientQuery.last_name": ("How the family name begins, in any case.", "Fie"),
    "PatientQuery.page": ("Which page to show, from 1; pages end at 10,000 patients.", 1),
    "PatientQuery.page_size": ("How many patients a page has at most.", 20),
}
