/** The parts of a person's page that a user may read. */
import { belongsTo, type User } from "../../session/session";
import { reaches, type Status } from "../health/steps";
import { seesAll } from "../rights";
import type { Kind, Person } from "./fields";

export interface Part {
  /** Its name in the address; the first part has none. */
  name: "" | "dashboard" | "health" | "record" | "doctors" | "patients" | "appointments" | "contacts" | "history";
  title: string;
}

export function partsOf(user: User, kind: Kind, person: Person): Part[] {
  const status = "validation_status" in person ? person.validation_status : "pending";
  const history: Part[] = seesAll(user) ? [{ name: "history", title: "History" }] : [];
  const contacts: Part = { name: "contacts", title: "Contacts" };
  const appointments: Part = { name: "appointments", title: "Appointments" };
  const patients: Part = { name: "patients", title: "Patients" };
  if (kind === "institution") {
    return [{ name: "", title: "Profile" }, { name: "doctors", title: "Doctors" }, patients, contacts, ...history];
  }
  if (kind === "doctor") {
    // An institution has no list of the patients of one of its doctors.
    const own = user.user_type === "institution" ? [] : [patients];
    return [{ name: "", title: "Profile" }, ...own, appointments, contacts, ...history];
  }
  // An institution lists appointments by doctor alone.
  const booked = user.user_type === "institution" ? [] : [appointments];
  return [{ name: "", title: "Overview" }, ...healthParts(user, status), ...booked, contacts, ...history];
}

/** A patient reads more with each step of the validation; of others it depends on their group. */
function healthParts(user: User, status: Status): Part[] {
  const isOwn = user.user_type === "patient";
  if (!isOwn && !belongsTo(user, ["doctor", "support"])) return [];
  const opens = (least: Status) => !isOwn || reaches(status, least);
  return [
    ...(opens("validated_by_doctor") ? [{ name: "dashboard", title: "Dashboard" } as const] : []),
    ...(opens("validated_by_institution") ? [{ name: "health", title: "Conditions and more" } as const] : []),
    ...(opens("full_access") ? [{ name: "record", title: "Medical record" } as const] : []),
  ];
}

/** Whether a user may read who cares for a patient. */
export const readsCareTeam = (user: User, person: Person): boolean =>
  user.user_type !== "patient" ||
  ("validation_status" in person && reaches(person.validation_status, "validated_by_doctor"));
