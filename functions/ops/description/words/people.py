"""Words of the directory: institutions, doctors, patients, their appointments and entries."""

from ops.description.words.everywhere import USER_ID
from ops.description.words.word import Words

DOCTOR_ID = "5a1d0c9e8b7f4a63921e0d5c4b3a2f10"
INSTITUTION_ID = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
PATIENT_ID = "7c3e9a1b2d4f45608a7b6c5d4e3f2a1b"
APPOINTMENT_ID = "a4c2e0f89b7d46531f0e2d4c6b8a9751"
ENTRY_ID = "d9b7f5e3c1a04826938475665748392a"
_START = "2026-12-01T09:00:00-05:00"
_EMAIL = "ada.field@example.com"
_RECORD = "Identifies the record within the person; made by the API."

PEOPLE: Words = {
    "Institution.id": ("Identifies the institution; made by the API.", INSTITUTION_ID),
    "Doctor.id": ("Identifies the doctor; made by the API.", DOCTOR_ID),
    "DirectoryPatient.id": ("Identifies the patient in the directory; made by the API.", PATIENT_ID),
    "OwnInstitution.id": ("The institution's id in the directory.", INSTITUTION_ID),
    "OwnPatient.id": ("The patient's id in the directory.", PATIENT_ID),
    "ContactProfile.id": ("The patient's id in the directory.", PATIENT_ID),
    "CareMember.id": ("The doctor's or the institution's id in the directory.", DOCTOR_ID),
    "user_id": ("Identifies the user who logs in.", USER_ID),
    "invite": "True if the user is to choose the password by a link; then there is no `password`.",
    "password": (
        "The password of the login: 8 to 256 characters, none that is easily guessed.",
        "correct horse battery",
    ),
    "contact_email": ("The primary e-mail; also the login when the person is made. Answers show a text.", _EMAIL),
    # Institutions
    "Institution.name": ("What the institution is called.", "St. Mary Hospital"),
    "InstitutionChanges.name": ("What the institution is called.", "St. Mary Hospital"),
    "NewInstitution.name": ("What the institution is called.", "St. Mary Hospital"),
    "OwnInstitution.name": ("What the institution is called.", "St. Mary Hospital"),
    "InstitutionListQuery.name": (None, "St. M"),
    "institution_type": ("What kind of institution it is.", "hospital"),
    "InstitutionListQuery.type": ("Only institutions of this type.", "hospital"),
    "license_number": ("The number of the license to operate; no other institution of the tenant has it.", "H-1001"),
    "website": ("The institution's page on the web: an http or https address.", "https://stmary.example"),
    "region": ("The state, province or region, in the tenant's own words.", "North"),
    "InstitutionListQuery.region": ("Only institutions of exactly this region.", "North"),
    "InstitutionCount.region": ("The region that is counted; null for institutions without one.", "North"),
    "is_verified": "Whether the directory's staff have checked it.",
    "InstitutionListQuery.is_verified": "Only institutions that were verified, or only the others.",
    "is_active": "False if nobody can be assigned to the institution.",
    "InstitutionListQuery.is_active": "Only institutions that people can be assigned to, or only the others.",
    "accrediting_body": ("Who has accredited the institution.", "The Joint Commission"),
    "accredited_until": ("The last day of the accreditation: ISO 8601.", "2027-01-31"),
    "InstitutionListQuery.accredited_until": (None, "2027-01-31"),
    "InstitutionCount.count": ("How many institutions of this type the region has.", 2),
    "InstitutionCounts.total": ("How many institutions there are altogether.", 2),
    "InstitutionCounts.items": "The numbers by type and region.",
    # Doctors
    "medical_license": ("The number of the license to practice; no other doctor of the tenant has it.", "MD-20417"),
    "institution_id": ("The institution that the person belongs to, by its id.", INSTITUTION_ID),
    "specialty_id": ("The doctor's specialty: an id of GET /api/v1/specialties.", "cardiology"),
    "CareMember.specialty_id": ("The doctor's specialty; null for an institution.", "cardiology"),
    "years_experience": ("Years of practice, from 0 to 70.", 12),
    "consultation_fee": (None, 120.5),
    "professional_status": "Whether the doctor practices; nobody can be assigned to one who is not `active`.",
    "time_zone": (
        "The zone (IANA) that decides which day is today for the doctor; UTC without it.",
        "America/New_York",
    ),
    "total_patients": ("How many patients have this doctor.", 42),
    "today_appointments": ("Appointments that begin today in the doctor's time zone and were not cancelled.", 6),
    "pending_reviews": ("How many of the doctor's patients wait for the first step of their validation.", 3),
    "patient_count": ("How many patients the doctor has, on all pages.", 1),
    "OwnPatientList.patients": "The patients of this page.",
    # Patients
    "date_of_birth": ("The day of birth: ISO 8601, from 1900 on.", "1990-02-14"),
    "doctor_id": ("The doctor who treats the patient, by the doctor's id.", DOCTOR_ID),
    "patient_id": ("The patient, by the id in the directory.", PATIENT_ID),
    "emergency_contact_name": (
        "Whom to call in an emergency; given together with the phone, or not at all.",
        "Bob Field",
    ),
    "emergency_contact_phone": ("The number to call in an emergency: E.164.", "+14155550123"),
    "health_profile": "What the patient says of their health.",
    "validation_status": (
        "How far the validation is; with `full_access` the patient sees all of their record.",
        "pending",
    ),
    "height_cm": ("Height in centimeters.", 172),
    "weight_kg": ("Weight in kilograms.", 68.5),
    "blood_type": "Blood group with the Rh factor.",
    "is_smoker": "Whether the patient smokes.",
    "smoking_years": ("For how many years the patient has smoked.", 5),
    "consumes_alcohol": "Whether the patient drinks alcohol.",
    "alcohol_frequency": "How often the patient drinks alcohol.",
    "physical_activity_minutes_weekly": ("Minutes of physical activity in a usual week.", 150),
    "HealthProfile.notes": ("What the patient adds in their own words, up to 2,000 characters.", "Allergic to cats."),
    "ValidationStep.status": "The status to reach: the one after the patient's present status.",
    "ValidationStep.reason": ("Why, for the patient's history.", "seen in person"),
    "CareTeam.doctor": "The doctor who treats the patient; null if there is none.",
    "CareTeam.institution": "The institution that cares for the patient; null if there is none.",
    "CareMember.name": ("The name to show.", "Ada Field"),
    "age": ("Full years since the day of birth.", 36),
    "bmi": ("Body mass index in kg/m², to one decimal; null without height and weight.", 23.2),
    "bmi_class": ("The class of the body mass index by the WHO, for adults; null without an index.", "normal_weight"),
    "health_score": ("From 0 to 100, the higher the better; docs/health-score.md has its rule.", 95),
    "health_score_parts": "What adds up to the score, each with its reason.",
    "ScoreMember.name": ("What is counted.", "conditions"),
    "points": ("Points that it adds to the score; below 0 if it lowers it.", -10),
    "explanation": ("How the points come about, for people.", "10 points less for each current condition: 1."),
    "next_appointment": "The patient's next scheduled appointment; null if there is none.",
    "conditions": "The patient's conditions, those that began last first.",
    "medications": "What the patient takes, what began last first.",
    "allergies": "The patient's allergies, those that began last first.",
    "family_history": "Illnesses in the patient's family.",
    "Dashboard.conditions": "The patient's current conditions.",
    "Dashboard.medications": "What the patient takes at present.",
    "profile": "The patient, as GET /api/v1/patients/{id} shows them.",
    "MedicalRecord.notes": "The doctor's notes; null as long as no doctor wrote any.",
    "MedicalRecord.claims": "The latest 20 claims of the subscriber number; absent if the caller may not list claims.",
    # Entries of a patient
    "Entry.id": ("Identifies the entry; made by the API.", ENTRY_ID),
    "EntryVersion.id": ("Identifies the entry; the same in all its versions.", ENTRY_ID),
    **{
        f"{model}.{name}": word
        for model in ("NewEntry", "EntryChanges", "Entry", "EntryVersion")
        for name, word in (
            ("name", ("What it is called, in the doctor's words.", "Essential hypertension")),
            ("code", ("Its code in the system that `code_system` names; both or neither.", "I10")),
        )
    },
    "code_system": "The system that the code is from.",
    "since": ("The first day: ISO 8601, not in the future.", "2024-05-02"),
    "until": ("The last day: ISO 8601; absent while it goes on.", "2024-06-02"),
    "EntryVersion.operation": "What made this version.",
    "notes": (
        "The doctor's notes of the patient, up to 20,000 characters; an empty text clears them.",
        "Sleeps well again.",
    ),
    # History of people
    "PersonVersion.operation": (
        "What was done: created, updated, deleted, restored, or a word of one kind alone.",
        "updated",
    ),
    "PersonVersion.changed": ("The names of the members that changed, never what is in them.", ["region", "website"]),
    "PersonVersion.reason": ("Why, if whoever did it said so.", "seen in person"),
    # Contacts
    "emails": "The e-mails, exactly one of them primary.",
    "phones": "The telephone numbers, exactly one of them primary if there are any.",
    "addresses": "The postal addresses, exactly one of them primary if there are any.",
    "ContactProfile.emails": (
        "The e-mails, as GET …/contacts shows them.",
        [{"email_address": _EMAIL, "is_primary": True}],
    ),
    "ContactProfile.phones": ("The telephone numbers, as GET …/contacts shows them.", [{"number": "+15551234567"}]),
    "ContactProfile.addresses": (
        "The postal addresses, as GET …/contacts shows them.",
        [{"city": "Boston", "country": "US"}],
    ),
    **{
        f"{model}.id": (text, "b8d06f3a91c2")
        for models, text in (
            (("EmailRecord", "PhoneRecord", "AddressRecord"), _RECORD),
            (("NewEmail", "NewPhone", "NewAddress"), "The record to keep or change; one without an id is new."),
        )
        for model in models
    },
    "is_primary": "Whether it is the one to use; exactly one of a list is.",
    "email_address": ("The address; case does not matter.", _EMAIL),
    "number": ("The telephone number with its country's code, without blanks (E.164).", "+15551234567"),
    "lines": (
        "Street and number, and what else stands above the city: one to five lines.",
        ["12 Harbor Street", "Apt. 4"],
    ),
    "city": ("The city or town.", "Boston"),
    "AddressRecord.region": ("The state or province.", "MA"),
    "NewAddress.region": ("The state or province.", "MA"),
    "postal_code": ("The postal code, as it is written in the country.", "02110"),
    "country": ("The country in two letters (ISO 3166-1 alpha-2).", "US"),
    **{
        f"{model}.type": ("What it is for.", "work")
        for model in ("EmailRecord", "PhoneRecord", "AddressRecord", "NewEmail", "NewPhone", "NewAddress")
    },
    # Specialties
    "SpecialtyAnswer.id": ("Identifies the specialty; it never changes.", "cardiology"),
    "SpecialtyAnswer.name": ("What the specialty is called.", "Cardiology"),
    "SpecialtyAnswer.code": ("The code of the Health Care Provider Taxonomy (NUCC).", "207RC0000X"),
    # Appointments
    "AppointmentVersion.operation": "What made this version; `displaced`: another took the time of a deleted patient.",
    "AppointmentVersion.changed": ("The members that it changed.", ["start", "status"]),
    "AppointmentVersion.appointment": "The appointment as it was after it.",
    "AppointmentAnswer.id": ("Identifies the appointment; made by the API.", APPOINTMENT_ID),
    "AppointmentAnswer.doctor_id": ("The doctor whom the patient sees.", DOCTOR_ID),
    "NewAppointment.doctor_id": ("The doctor whom the patient is to see.", DOCTOR_ID),
    "AppointmentListQuery.doctor_id": (None, DOCTOR_ID),
    "AppointmentListQuery.patient_id": ("Only appointments of this patient.", PATIENT_ID),
    "start": ("When it begins: ISO 8601 with the offset, a whole minute.", _START),
    "minutes": ("How long it takes, from 5 to 480 minutes.", 30),
    "AppointmentAnswer.status": ("What has become of the appointment.", "scheduled"),
    "AppointmentChanges.status": (
        "What becomes of the appointment; `cancelled` and `no_show` free its time.",
        "cancelled",
    ),
    "AppointmentListQuery.status": ("Only appointments in this state.", "scheduled"),
    "AppointmentListQuery.from": (None, _START),
    "AppointmentListQuery.to": (None, "2026-12-02T00:00:00-05:00"),
    # Filters of lists
    "DoctorListQuery.last_name": (None, "Fie"),
    "DoctorListQuery.first_name": (None, "Ad"),
    "PatientListQuery.last_name": (None, "Fie"),
    "PatientListQuery.first_name": (None, "Ad"),
    "DoctorListQuery.institution_id": ("Only doctors of this institution.", INSTITUTION_ID),
    "PatientListQuery.institution_id": ("Only patients of this institution.", INSTITUTION_ID),
    "PatientListQuery.doctor_id": ("Only patients of this doctor.", DOCTOR_ID),
    "PatientListQuery.validation_status": ("Only patients whose validation has come this far.", "pending"),
    "OwnPatientsQuery.validation_status": ("Only patients whose validation has come this far.", "pending"),
    "DoctorListQuery.specialty_id": ("Only doctors of this specialty.", "cardiology"),
    "InstitutionDoctorsQuery.specialty_id": ("Only doctors of this specialty.", "cardiology"),
    "DoctorListQuery.professional_status": ("Only doctors with this status.", "active"),
    "InstitutionDoctorsQuery.professional_status": ("Only doctors with this status.", "active"),
}
