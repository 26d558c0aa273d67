/** The steps of a patient's validation: who takes each, and what it opens (functions/patients/validation/steps.py). */
import type { Schema } from "../../api/types";

type Patient = Schema<"DirectoryPatient">;
export type Status = Patient["validation_status"];
export type NextStatus = Schema<"ValidationStep">["status"];

export const VALIDATION_STATUSES: readonly Status[] = [
  "pending",
  "validated_by_doctor",
  "validated_by_institution",
  "full_access",
];

/** What the patient can read from a status on. */
export const OPENS: Record<Status, string> = {
  pending: "profile, contacts and appointments",
  validated_by_doctor: "dashboard and care team",
  validated_by_institution: "conditions, medications, allergies and family history",
  full_access: "the medical record",
};

export const reaches = (status: Status, least: Status): boolean =>
  VALIDATION_STATUSES.indexOf(status) >= VALIDATION_STATUSES.indexOf(least);

export function nextOf(status: Status): NextStatus | undefined {
  return VALIDATION_STATUSES[VALIDATION_STATUSES.indexOf(status) + 1] as NextStatus | undefined;
}

interface Taker {
  user_type: string;
  roles: readonly string[];
  reference_id: string;
}

/** Who takes a step of a patient's validation. `hasInstitution`: the patient has one, or its doctor does. */
export function takerOf(patient: Patient, step: NextStatus, hasInstitution: boolean, isOwn: boolean): string {
  const whose = isOwn ? "your" : "the patient's";
  if (step === "validated_by_doctor") return patient.doctor_id ? `${whose} doctor` : `a doctor of ${whose} institution`;
  if (step === "full_access" || !hasInstitution) return "the directory's staff";
  return patient.institution_id ? `${whose} institution` : `the institution of ${whose} doctor`;
}

/** Whether a user who sees the patient takes a step. */
export function mayTake(user: Taker, patient: Patient, step: NextStatus, hasInstitution: boolean): boolean {
  if (step === "validated_by_doctor") return treats(user, patient);
  if (step === "validated_by_institution" && user.user_type === "institution") return true;
  const isDirectory = user.user_type === "admin" || user.roles.includes("directory");
  return isDirectory && (step === "full_access" || !hasInstitution);
}

/** Whether a user is the doctor of a patient whom they see, or, where there is none, one of the institution. */
export const treats = (user: Taker, patient: Patient): boolean =>
  user.user_type === "doctor" && (!patient.doctor_id || patient.doctor_id === user.reference_id);
