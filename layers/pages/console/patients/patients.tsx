/** The registry's patients: `#/patients` with filters, `#/patients/{id}`. */
import type { RoomProps } from "../shell/rooms";
import { PatientPage } from "./patient_page";
import { PatientsPage } from "./patients_page";

export default function Patients({ rest: [id], query }: RoomProps) {
  return id === undefined ? <PatientsPage query={query} /> : <PatientPage key={id} id={id} />;
}
