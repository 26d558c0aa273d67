/** One person: `#/directory/doctors/{id}`, and its other parts at `#/directory/doctors/{id}/history`. */
import { useGet, useList } from "../../api/hooks";
import type { Schema } from "../../api/types";
import { Badge } from "../../parts/badge";
import { Filters } from "../../parts/filters";
import { Page } from "../../parts/page";
import { Loading } from "../../parts/states";
import { Tabs } from "../../parts/tabs";
import { href } from "../../router";
import { currentUser } from "../../session/session";
import { BookLink, DayFilters, FilteredAppointments } from "../appointments/appointments_page";
import { BreakGlass } from "../health/break_glass";
import { CareTeam } from "../health/care_team";
import { Dashboard } from "../health/dashboard";
import { Entries } from "../health/entries";
import { MedicalRecord } from "../health/medical_record";
import { Validation } from "../health/validation";
import { OwnPatients } from "../own/own_patients";
import { books, manages, seesAll } from "../rights";
import { Contacts } from "./contacts";
import { AbsentPerson, DeleteButton } from "./deletion";
import { fullName, type Kind, type Person } from "./fields";
import { History, useHistory } from "./history";
import { isOneself, KINDS } from "./kinds";
import { type Part, partsOf, readsCareTeam } from "./parts_of_person";
import { DoctorTable, PatientTable } from "./people_page";
import { Profile } from "./profile";
import type { ChangeablePerson } from "./profile_form";
import { Standing } from "./standing";

interface PersonPageProps {
  kind: Kind;
  id: string;
  part: string | undefined;
  query: URLSearchParams;
}

export function PersonPage({ kind, id, part = "", query }: PersonPageProps) {
  const user = currentUser();
  const { section, title, one } = KINDS[kind];
  const loaded = useGet(one, { ids: [id] });
  const { data, etag, isLoading, problem, reload } = loaded;
  if (problem?.status === 404 && !data && seesAll(user)) {
    return <AbsentPerson kind={kind} id={id} problem={problem} reload={reload} />;
  }
  if (problem?.status === 404 && !data && kind === "patient" && user.user_type === "doctor") {
    return <BreakGlass id={id} reload={reload} />;
  }
  const person = data as Person | undefined;
  const parts = person ? partsOf(user, kind, person) : [];
  const here = parts.find((each) => each.name === part) ?? parts[0];
  const isOwn = isOneself(user, kind, id);
  return (
    <Page
      title={person ? fullName(person) : isOwn ? "You" : `A ${kind}`}
      {...(seesAll(user) ? { above: { title, href: href(["directory", section]) } } : {})}
      badge={person && <State person={person} />}
      actions={
        person &&
        manages(user) && <DeleteButton kind={kind} person={person} etag={etag} isLoading={isLoading} reload={reload} />
      }
    >
      <Loading from={loaded} lines={8}>
        {() =>
          person &&
          here && (
            <>
              <Tabs
                label="Parts of the page"
                tabs={parts.map((each) => ({
                  title: each.title,
                  href: href(["directory", section, id, ...(each.name ? [each.name] : [])]),
                  isHere: each === here,
                }))}
              />
              <PartOfPerson
                part={here.name}
                kind={kind}
                person={person}
                etag={etag}
                isLoading={isLoading}
                reload={reload}
                query={query}
              />
            </>
          )
        }
      </Loading>
    </Page>
  );
}

function State({ person }: { person: Person }) {
  if ("validation_status" in person) return <Badge state={person.validation_status} />;
  if ("professional_status" in person) return <Badge state={person.professional_status} />;
  return null;
}

interface PartProps extends ChangeablePerson {
  part: Part["name"];
  query: URLSearchParams;
}

function PartOfPerson({ part, query, ...changeable }: PartProps) {
  const { kind, person, etag, isLoading, reload } = changeable;
  const { id } = person;
  switch (part) {
    case "dashboard":
      return <Dashboard id={id} />;
    case "health":
      return <Entries patient={person as Schema<"DirectoryPatient">} />;
    case "record":
      return <MedicalRecord id={id} />;
    case "doctors":
      return <InstitutionDoctors id={id} />;
    case "patients":
      return <Patients kind={kind} id={id} />;
    case "appointments":
      return <Appointments kind={kind} id={id} query={query} />;
    case "contacts":
      return <Contacts kind={kind} id={id} onChange={reload} />;
    case "history":
      return <ListedHistory kind={kind} id={id} />;
    default:
      return (
        <>
          {kind === "patient" && (
            <Validation
              patient={person as Schema<"DirectoryPatient">}
              etag={etag}
              isLoading={isLoading}
              reload={reload}
            />
          )}
          {kind === "patient" && readsCareTeam(currentUser(), person) && <CareTeam id={id} />}
          {kind === "institution" && <Standing {...changeable} />}
          <Profile {...changeable} />
        </>
      );
  }
}

interface OfPerson {
  kind: Kind;
  id: string;
}

function ListedHistory({ kind, id }: OfPerson) {
  return <History list={useHistory(kind, id)} />;
}

function InstitutionDoctors({ id }: { id: string }) {
  const list = useList("/api/v1/institutions/{id}/doctors", {}, [id]);
  return <DoctorTable list={list} empty={<p>The institution has no doctors yet.</p>} />;
}

function Patients({ kind, id }: OfPerson) {
  if (kind === "institution") return <InstitutionPatients id={id} />;
  return currentUser().user_type === "doctor" ? <OwnPatients /> : <DoctorPatients id={id} />;
}

function InstitutionPatients({ id }: { id: string }) {
  const list = useList("/api/v1/institutions/{id}/patients", {}, [id]);
  return <PatientTable list={list} empty={<p>Neither the institution nor its doctors have patients yet.</p>} />;
}

function DoctorPatients({ id }: { id: string }) {
  const list = useList("/api/v1/patients", { doctor_id: id });
  return <PatientTable list={list} empty={<p>The doctor has no patients yet.</p>} />;
}

const DAY_FILTERS = ["day", "status"] as const;

function Appointments({ kind, id, query }: OfPerson & { query: URLSearchParams }) {
  const who = kind === "doctor" ? { doctorId: id } : { patientId: id };
  return (
    <>
      {books(currentUser()) && (
        <p class="actions">
          <BookLink params={kind === "doctor" ? { doctor_id: id } : { patient_id: id }} />
        </p>
      )}
      <Filters names={DAY_FILTERS} query={query}>
        <DayFilters query={query} />
      </Filters>
      <FilteredAppointments query={query} {...who} />
    </>
  );
}
