"""Words of path parameters: by the path as far as the parameter."""

from ops.description.words.accounts import CLIENT_ID, PASSKEY_ID, SESSION_ID
from ops.description.words.claims import CLAIM_ID
from ops.description.words.everywhere import USER_ID
from ops.description.words.intake import TASK_ID
from ops.description.words.people import APPOINTMENT_ID, DOCTOR_ID, ENTRY_ID, INSTITUTION_ID, PATIENT_ID
from ops.description.words.plans import PLAN_ID

_PATIENT = ("The patient's `id` in the directory.", PATIENT_ID)

PATHS = {
    "/admin/queues/{name}": ("The queue's `name`, as GET /admin/queues lists it.", "claim-totals"),
    "/api/v1/appointments/{id}": ("The appointment's `id`.", APPOINTMENT_ID),
    "/api/v1/doctors/{id}": ("The doctor's `id`.", DOCTOR_ID),
    "/api/v1/doctors/me/patients/{id}": _PATIENT,
    "/api/v1/institutions/{id}": ("The institution's `id`.", INSTITUTION_ID),
    "/api/v1/patients/{id}": _PATIENT,
    "/api/v1/patients/{id}/{kind}": ("Which of the patient's lists.", "conditions"),
    "/api/v1/patients/{id}/{kind}/{entry_id}": ("The entry's `id`.", ENTRY_ID),
    "/assets/{file}": ("The file's name with its hash, as the pages name it.", "console-3f2a9c1d.js"),
    "/auth/passkeys/{id}": ("The passkey's `id`, as GET /auth/passkeys lists it.", PASSKEY_ID),
    "/auth/sessions/{id}": ("The session's `id`, as GET /auth/sessions lists it.", SESSION_ID),
    "/claims/{id}": ("The claim's `id`.", CLAIM_ID),
    "/clients/{id}": ("The machine's `client_id`.", CLIENT_ID),
    "/ingest/{task_id}": ("The job's `task_id`; GET /ingest?key= finds it by the file's key.", TASK_ID),
    "/patients/{id}": ("The patient's `id` in the registry.", TASK_ID),
    "/users/{id}": ("The user's `user_id`.", USER_ID),
    "/users/{id}/sessions/{session_id}": ("The session's `id`, as GET /users/{id}/sessions lists it.", SESSION_ID),
    "/v1/plan/{id}": ("The plan's `objectId`, percent-encoded.", PLAN_ID),
    "/v1/plan/es_plan/{id}": ("The plan's `objectId`, percent-encoded.", PLAN_ID),
}
