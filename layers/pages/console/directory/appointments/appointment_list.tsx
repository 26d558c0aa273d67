/** A list of appointments, with the names of whoever is not known from the page. */
import { useList } from "../../api/hooks";
import type { Query, Schema } from "../../api/types";
import { Badge } from "../../parts/badge";
import { List } from "../../parts/list";
import type { Column } from "../../parts/table";
import { time } from "../../parts/values";
import { href } from "../../router";
import { currentUser } from "../../session/session";
import { PersonName } from "../people/person_name";
import { TONES } from "./statuses";

type Appointment = Schema<"AppointmentAnswer">;
export type AppointmentQuery = Query<"get", "/api/v1/appointments">;

const START: Column<Appointment> = {
  title: "Start",
  width: "minmax(11rem, 1fr)",
  card: "title",
  cell: (each) => time(each.start),
};
const MINUTES: Column<Appointment> = { title: "Minutes", width: "5rem", isNumber: true, cell: (each) => each.minutes };
const DOCTOR: Column<Appointment> = {
  title: "Doctor",
  width: "minmax(9rem, 1fr)",
  card: "note-end",
  cell: (each) => <PersonName kind="doctor" id={each.doctor_id} />,
};
const PATIENT: Column<Appointment> = {
  title: "Patient",
  width: "minmax(9rem, 1fr)",
  card: "note",
  cell: (each) => <PersonName kind="patient" id={each.patient_id} />,
};
const STATUS: Column<Appointment> = {
  title: "Status",
  width: "9rem",
  card: "end",
  cell: (each) => <Badge state={each.status} tone={TONES[each.status]} />,
};

export function AppointmentList({ query, empty }: { query: AppointmentQuery; empty: preact.ComponentChildren }) {
  const { user_type } = currentUser();
  const list = useList("/api/v1/appointments", query);
  const columns = [
    START,
    MINUTES,
    ...(query.doctor_id || user_type === "doctor" ? [] : [DOCTOR]),
    ...(query.patient_id || user_type === "patient" ? [] : [PATIENT]),
    STATUS,
  ];
  return (
    <List
      caption="Appointments"
      list={list}
      columns={columns}
      rowKey={(each) => each.id}
      rowHref={(each) => href(["directory", "appointments", each.id])}
      empty={empty}
    />
  );
}
