/** The lists of institutions, doctors and patients; their filters are in the address. */
import { type Listed, type ListPath, useList } from "../../api/hooks";
import type { Query, Schema } from "../../api/types";
import { Badge } from "../../parts/badge";
import { anyOf, Filters, filtersIn, SelectFilter, TextFilter } from "../../parts/filters";
import { List } from "../../parts/list";
import { Page } from "../../parts/page";
import type { Column } from "../../parts/table";
import { Day, words } from "../../parts/values";
import { href, setParams } from "../../router";
import { currentUser } from "../../session/session";
import { VALIDATION_STATUSES } from "../health/steps";
import { manages } from "../rights";
import { Sections } from "../sections";
import type { Kind } from "./fields";
import { INSTITUTION_TYPES, KINDS, PROFESSIONAL_STATUSES } from "./kinds";
import { useSpecialties } from "./member_field";
import { PersonPicker } from "./person_picker";
import { Accreditation } from "./standing";

type Options = readonly (readonly [string, string])[];

const YES_OR_NO: Options = [
  ["", "Any"],
  ["true", "Yes"],
  ["false", "No"],
];
const DELETED: Options = [
  ["", "Those of now"],
  ["true", "Deleted ones"],
];
const FILTERS: Record<Kind, readonly string[]> = {
  institution: ["name", "type", "region", "is_verified", "is_active", "accredited_until", "deleted"],
  doctor: ["last_name", "first_name", "specialty_id", "professional_status", "institution_id", "deleted"],
  patient: ["last_name", "first_name", "validation_status", "doctor_id", "institution_id", "deleted"],
};

export function PeoplePage({ kind, query }: { kind: Kind; query: URLSearchParams }) {
  const { section, title } = KINDS[kind];
  const Table = { institution: Institutions, doctor: Doctors, patient: Patients }[kind];
  const actions = manages(currentUser()) && (
    <a class="button is-main" href={href(["directory", section, "new"])}>
      New {kind}
    </a>
  );
  return (
    <Page key={kind} title={title} actions={actions}>
      <Sections here={section} />
      <Filters names={FILTERS[kind]} query={query}>
        {kind === "institution" ? <InstitutionFilters query={query} /> : <NameFilters query={query} />}
        {kind === "doctor" && <DoctorFilters query={query} />}
        {kind === "patient" && <PatientFilters query={query} />}
        <SelectFilter name="deleted" label="Show" query={query} options={DELETED} />
      </Filters>
      <Table query={filtersIn(query, FILTERS[kind])} />
    </Page>
  );
}

interface FilterProps {
  query: URLSearchParams;
}

function InstitutionFilters({ query }: FilterProps) {
  return (
    <>
      <TextFilter name="name" label="Name begins with" query={query} input={{ "data-search": "" }} />
      <SelectFilter name="type" label="Type" query={query} options={anyOf(INSTITUTION_TYPES)} />
      <TextFilter name="region" label="Region" query={query} />
      <SelectFilter name="is_verified" label="Verified" query={query} options={YES_OR_NO} />
      <SelectFilter name="is_active" label="Open to assignments" query={query} options={YES_OR_NO} />
      <TextFilter name="accredited_until" label="Accreditation ends by" query={query} input={{ type: "date" }} />
    </>
  );
}

function NameFilters({ query }: FilterProps) {
  return (
    <>
      <TextFilter name="last_name" label="Last name begins with" query={query} input={{ "data-search": "" }} />
      <TextFilter name="first_name" label="First name begins with" query={query} />
    </>
  );
}

function DoctorFilters({ query }: FilterProps) {
  return (
    <>
      <SelectFilter name="specialty_id" label="Specialty" query={query} options={[["", "Any"], ...useSpecialties()]} />
      <SelectFilter name="professional_status" label="Status" query={query} options={anyOf(PROFESSIONAL_STATUSES)} />
      <PersonFilter name="institution_id" kind="institution" query={query} />
    </>
  );
}

function PatientFilters({ query }: FilterProps) {
  return (
    <>
      <SelectFilter name="validation_status" label="Validation" query={query} options={anyOf(VALIDATION_STATUSES)} />
      <PersonFilter name="doctor_id" kind="doctor" query={query} />
      <PersonFilter name="institution_id" kind="institution" query={query} />
    </>
  );
}

export function PersonFilter({ name, kind, query }: FilterProps & { name: string; kind: Kind }) {
  return (
    <PersonPicker
      kind={kind}
      label={words(kind)}
      hint=""
      value={query.get(name) ?? ""}
      onInput={(id) => setParams({ [name]: id })}
    />
  );
}

type Filter = Record<string, string | null>;
interface TableProps {
  query: Filter;
}
const empty = (query: Filter) =>
  Object.values(query).some(Boolean) ? <p>Nobody matches these filters.</p> : <p>Nobody was added yet.</p>;
const usePeople = <P extends ListPath>(path: P, query: Filter) => useList(path, query as Query<"get", P>);

function Institutions({ query }: TableProps) {
  return (
    <List
      caption="Institutions"
      list={usePeople("/api/v1/institutions", query)}
      columns={INSTITUTION_COLUMNS}
      rowKey={(each) => each.id}
      rowHref={(each) => href(["directory", "institutions", each.id])}
      empty={empty(query)}
    />
  );
}

const INSTITUTION_COLUMNS: readonly Column<Schema<"Institution">>[] = [
  { title: "Name", width: "minmax(10rem, 2fr)", card: "title", cell: (each) => each.name },
  { title: "Type", width: "9rem", card: "note", cell: (each) => words(each.institution_type) },
  { title: "Region", width: "minmax(6rem, 1fr)", cell: (each) => each.region },
  {
    title: "Verification",
    width: "8rem",
    card: "end",
    cell: (each) => (
      <Badge state="verified" tone={each.is_verified ? "good" : "warn"}>
        {each.is_verified ? "Verified" : "Not verified"}
      </Badge>
    ),
  },
  { title: "Accreditation", width: "minmax(11rem, 1fr)", cell: (each) => <Accreditation institution={each} /> },
];

function Doctors({ query }: TableProps) {
  return <DoctorTable list={usePeople("/api/v1/doctors", query)} empty={empty(query)} />;
}

interface ListOf<T> {
  list: Listed<T>;
  empty: preact.ComponentChildren;
}

export function DoctorTable({ list, empty }: ListOf<Schema<"Doctor">>) {
  const names = new Map(useSpecialties());
  const columns: readonly Column<Schema<"Doctor">>[] = [
    {
      title: "Name",
      width: "minmax(10rem, 2fr)",
      card: "title",
      cell: (each) => `${each.last_name}, ${each.first_name}`,
    },
    {
      title: "Specialty",
      width: "minmax(9rem, 1fr)",
      card: "note",
      cell: (each) => names.get(each.specialty_id) ?? each.specialty_id,
    },
    { title: "License", width: "9rem", cell: (each) => each.medical_license },
    {
      title: "Status",
      width: "8rem",
      card: "end",
      cell: (each) => <Badge state={each.professional_status} />,
    },
  ];
  return (
    <List
      caption="Doctors"
      list={list}
      columns={columns}
      rowKey={(each) => each.id}
      rowHref={(each) => href(["directory", "doctors", each.id])}
      empty={empty}
    />
  );
}

function Patients({ query }: TableProps) {
  return <PatientTable list={usePeople("/api/v1/patients", query)} empty={empty(query)} />;
}

export function PatientTable({ list, empty }: ListOf<Schema<"DirectoryPatient">>) {
  return (
    <List
      caption="Patients"
      list={list}
      columns={PATIENT_COLUMNS}
      rowKey={(each) => each.id}
      rowHref={(each) => href(["directory", "patients", each.id])}
      empty={empty}
    />
  );
}

const PATIENT_COLUMNS: readonly Column<Schema<"DirectoryPatient">>[] = [
  {
    title: "Name",
    width: "minmax(10rem, 2fr)",
    card: "title",
    cell: (each) => `${each.last_name}, ${each.first_name}`,
  },
  { title: "Born", width: "8rem", card: "note", cell: (each) => <Day iso={each.date_of_birth} /> },
  { title: "MRN", width: "minmax(6rem, 1fr)", cell: (each) => each.mrn },
  { title: "Subscriber", width: "minmax(7rem, 1fr)", cell: (each) => each.subscriber_number },
  { title: "Validation", width: "14rem", card: "note-end", cell: (each) => <Badge state={each.validation_status} /> },
];
