/** The home of doctors, patients and institutions. */
import { currentUser } from "../../session/session";
import { DoctorHome } from "./doctor_home";
import { InstitutionHome } from "./institution_home";
import { PatientHome } from "./patient_home";

export default function OwnHome() {
  const { user_type, metadata } = currentUser();
  if (user_type === "doctor") return <DoctorHome />;
  if (user_type === "institution") return <InstitutionHome id={metadata.reference_id} />;
  return <PatientHome id={metadata.reference_id} />;
}
