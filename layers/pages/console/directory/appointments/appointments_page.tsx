/** Appointments of a day, or of a person: `#/directory/appointments?day=…&doctor_id=…`. */
import { useGet } from "../../api/hooks";
import { anyOf, Filters, SelectFilter, TextFilter } from "../../parts/filters";
import { SelectField } from "../../parts/form";
import { Page } from "../../parts/page";
import { Empty, Loading } from "../../parts/states";
import { href, setParams } from "../../router";
import { currentUser } from "../../session/session";
import { PersonFilter } from "../people/people_page";
import { books, seesAll } from "../rights";
import { Sections } from "../sections";
import { AppointmentList } from "./appointment_list";
import { boundsOf, localDay } from "./days";
import { STATUSES } from "./statuses";

const FILTERS = ["day", "status", "doctor_id", "patient_id"] as const;

export function AppointmentsPage({ query }: { query: URLSearchParams }) {
  const user = currentUser();
  const given = Object.fromEntries(FILTERS.map((name) => [name, query.get(name) ?? ""])) as Record<string, string>;
  const isInstitution = user.user_type === "institution";
  return (
    <Page
      title="Appointments"
      actions={books(user) && <BookLink params={{ doctor_id: given.doctor_id, patient_id: given.patient_id }} />}
    >
      {seesAll(user) && <Sections here="appointments" />}
      <Filters names={FILTERS} query={query}>
        {isInstitution && <OwnDoctorFilter query={query} />}
        <DayFilters query={query} />
        {seesAll(user) && <PersonFilter name="doctor_id" kind="doctor" query={query} />}
        {seesAll(user) && <PersonFilter name="patient_id" kind="patient" query={query} />}
      </Filters>
      {isInstitution && !given.doctor_id ? (
        <Empty title="Choose one of your doctors" />
      ) : (
        <FilteredAppointments query={query} doctorId={given.doctor_id} patientId={given.patient_id} />
      )}
    </Page>
  );
}

/** An institution lists the appointments of one of its doctors at a time. */
function OwnDoctorFilter({ query }: { query: URLSearchParams }) {
  const ids = [currentUser().metadata.reference_id];
  const doctors = useGet("/api/v1/institutions/{id}/doctors", { ids, query: { limit: 100 } });
  return (
    <Loading from={doctors} lines={1}>
      {({ items }) => (
        <SelectField
          label="Doctor"
          value={query.get("doctor_id") ?? ""}
          options={[
            ["", "Choose"],
            ...items.map((each) => [each.id, `${each.last_name}, ${each.first_name}`] as const),
          ]}
          onInput={(doctor_id) => setParams({ doctor_id })}
        />
      )}
    </Loading>
  );
}

export function DayFilters({ query }: { query: URLSearchParams }) {
  return (
    <>
      <TextFilter name="day" label="Day" query={query} input={{ type: "date" }} />
      <SelectFilter name="status" label="Status" query={query} options={anyOf(STATUSES)} />
    </>
  );
}

/** The appointments of the day in the address; without one, those from today on. */
export function FilteredAppointments({
  query,
  doctorId,
  patientId,
}: {
  query: URLSearchParams;
  doctorId?: string | undefined;
  patientId?: string | undefined;
}) {
  const day = query.get("day");
  const { from, to } = boundsOf(day ?? localDay(new Date()));
  return (
    <>
      <p class="is-faint filters-note">
        {day ? "In the time zone of this browser." : "From today on, in the time zone of this browser."}
      </p>
      <AppointmentList
        query={{
          doctor_id: doctorId,
          patient_id: patientId,
          status: query.get("status"),
          from,
          to: day ? to : undefined,
        }}
        empty={<p>{day ? "No appointment on this day." : "No appointment from today on."}</p>}
      />
    </>
  );
}

export function BookLink({ params }: { params: Record<string, string | undefined> }) {
  return (
    <a class="button is-main" href={href(["directory", "appointments", "new"], params)}>
      Book
    </a>
  );
}
