/** How institutions, doctors and patients differ: their routes and their members. */
import type { User } from "../../session/session";
import type { Kind, MemberField } from "./fields";

export interface KindOf {
  /** The part of the address, and the title, of all of a kind. */
  section: string;
  title: string;
  fields: readonly MemberField[];
}

const EMAIL: MemberField = { name: "contact_email", label: "E-mail", type: "email", isRequired: true, isOwn: true };
const FIRST_NAME: MemberField = { name: "first_name", label: "First name", type: "text", isRequired: true };
const LAST_NAME: MemberField = { name: "last_name", label: "Last name", type: "text", isRequired: true };

export const INSTITUTION_TYPES = ["clinic", "hospital", "insurer", "preventive_clinic", "health_center"] as const;
export const PROFESSIONAL_STATUSES = ["active", "suspended", "retired"] as const;

const INSTITUTION: readonly MemberField[] = [
  { name: "name", label: "Name", type: "text", isRequired: true, isOwn: true },
  { name: "institution_type", label: "Type", type: "choice", isRequired: true, options: INSTITUTION_TYPES },
  { name: "license_number", label: "License number", type: "text", isRequired: true },
  EMAIL,
  { name: "website", label: "Website", type: "url", isOwn: true },
  { name: "region", label: "Region", type: "text", isOwn: true },
  { name: "accrediting_body", label: "Accredited by", type: "text" },
  { name: "accredited_until", label: "Accredited until", type: "day" },
];

const DOCTOR: readonly MemberField[] = [
  { ...FIRST_NAME, isOwn: true },
  { ...LAST_NAME, isOwn: true },
  { name: "medical_license", label: "Medical license", type: "text", isRequired: true },
  EMAIL,
  { name: "specialty_id", label: "Specialty", type: "choice", isRequired: true, isOwn: true },
  { name: "institution_id", label: "Institution", type: "institution" },
  { name: "years_experience", label: "Years of experience", type: "number", isRequired: true, isOwn: true },
  { name: "consultation_fee", label: "Consultation fee in dollars", type: "dollars", isRequired: true, isOwn: true },
  {
    name: "professional_status",
    label: "Status",
    type: "choice",
    options: PROFESSIONAL_STATUSES,
    hint: "Nobody can be assigned to one who is not active.",
  },
  {
    name: "time_zone",
    label: "Time zone",
    type: "text",
    isOwn: true,
    hint: "Such as America/New_York; without one, days are those of UTC.",
  },
];

const PATIENT: readonly MemberField[] = [
  FIRST_NAME,
  LAST_NAME,
  { name: "date_of_birth", label: "Date of birth", type: "day", isRequired: true },
  EMAIL,
  { name: "doctor_id", label: "Doctor", type: "doctor", hint: "A doctor or an institution is needed." },
  { name: "institution_id", label: "Institution", type: "institution" },
  { name: "mrn", label: "MRN", type: "text", hint: "Ties the patient to the visits of the registry." },
  { name: "subscriber_number", label: "Subscriber number", type: "text", hint: "Ties the patient to the claims." },
  { name: "emergency_contact_name", label: "Emergency contact", type: "text", isOwn: true },
  {
    name: "emergency_contact_phone",
    label: "Phone of the emergency contact",
    type: "phone",
    isOwn: true,
    hint: "With the country's code, such as +15551234567.",
  },
];

/** What patients say of their health. */
export const HEALTH: readonly MemberField[] = [
  { name: "height_cm", label: "Height in cm", type: "number" },
  { name: "weight_kg", label: "Weight in kg", type: "number" },
  {
    name: "blood_type",
    label: "Blood type",
    type: "choice",
    options: ["A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-"],
  },
  { name: "is_smoker", label: "Smokes", type: "yes_no" },
  { name: "smoking_years", label: "Years of smoking", type: "number" },
  { name: "consumes_alcohol", label: "Drinks alcohol", type: "yes_no" },
  {
    name: "alcohol_frequency",
    label: "How often",
    type: "choice",
    options: ["never", "occasionally", "weekly", "daily"],
  },
  { name: "physical_activity_minutes_weekly", label: "Active minutes a week", type: "number" },
  { name: "notes", label: "Notes", type: "long_text" },
].map((field) => ({ ...field, name: `health_profile/${field.name}`, isOwn: true }) as MemberField);

/** The routes of a kind are those of the API's description, so that a call of each is typed. */
export const KINDS = {
  institution: {
    section: "institutions",
    title: "Institutions",
    fields: INSTITUTION,
    list: "/api/v1/institutions",
    one: "/api/v1/institutions/{id}",
    contacts: "/api/v1/institutions/{id}/contacts",
    history: "/api/v1/institutions/{id}/history",
    restore: "/api/v1/institutions/{id}/restore",
  },
  doctor: {
    section: "doctors",
    title: "Doctors",
    fields: DOCTOR,
    list: "/api/v1/doctors",
    one: "/api/v1/doctors/{id}",
    contacts: "/api/v1/doctors/{id}/contacts",
    history: "/api/v1/doctors/{id}/history",
    restore: "/api/v1/doctors/{id}/restore",
  },
  patient: {
    section: "patients",
    title: "Patients",
    fields: PATIENT,
    list: "/api/v1/patients",
    one: "/api/v1/patients/{id}",
    contacts: "/api/v1/patients/{id}/contacts",
    history: "/api/v1/patients/{id}/history",
    restore: "/api/v1/patients/{id}/restore",
  },
} as const satisfies Record<Kind, KindOf & Record<string, unknown>>;

export const KIND_NAMES = Object.keys(KINDS) as Kind[];

/** The kind of person that a user is; null for staff and administrators. */
export const ownKind = (user: User): Kind | null => KIND_NAMES.find((kind) => kind === user.user_type) ?? null;

export const isOneself = (user: User, kind: Kind, id: string): boolean =>
  user.user_type === kind && user.metadata.reference_id === id;
