/**
 * The directory: `#/directory/{institutions,doctors,patients,appointments}` with filters, `…/new`, `…/{id}` and its parts.
 * Doctors, patients and institutions begin at their own page.
 */

import { currentUser } from "../session/session";
import type { RoomProps } from "../shell/rooms";
import { AppointmentPage } from "./appointments/appointment_page";
import { AppointmentsPage } from "./appointments/appointments_page";
import { BookingPage } from "./appointments/booking_page";
import { EmergencyPage } from "./health/not_yours";
import { NotForYou } from "./not_for_you";
import { KIND_NAMES, KINDS, ownKind } from "./people/kinds";
import { NewPersonPage } from "./people/new_person_page";
import { PeoplePage } from "./people/people_page";
import { PersonPage } from "./people/person_page";
import { manages, seesAll } from "./rights";

export default function Directory({ rest: [section, id, part], query }: RoomProps) {
  const user = currentUser();
  const own = ownKind(user);
  if (section === "appointments") return <Appointments id={id} query={query} />;
  const kind = KIND_NAMES.find((each) => KINDS[each].section === section) ?? own ?? "patient";
  if (section === "emergency" && own === "doctor") return <EmergencyPage />;
  if (own && (id === undefined || section === undefined)) {
    const ownId = user.metadata.reference_id;
    return <PersonPage key={ownId} kind={own} id={ownId} part={undefined} query={query} />;
  }
  if (id === undefined) return seesAll(user) ? <PeoplePage kind={kind} query={query} /> : <NotForYou />;
  if (id === "new") return manages(user) ? <NewPersonPage key={kind} kind={kind} /> : <NotForYou />;
  return <PersonPage key={id} kind={kind} id={id} part={part} query={query} />;
}

function Appointments({ id, query }: { id: string | undefined; query: URLSearchParams }) {
  if (id === undefined) return <AppointmentsPage query={query} />;
  if (id === "new") return <BookingPage query={query} />;
  return <AppointmentPage key={id} id={id} />;
}
