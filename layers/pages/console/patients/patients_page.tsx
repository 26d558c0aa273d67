/** The registry, found by name as one types, or by MRN. */
import { useGet } from "../api/hooks";
import type { Schema } from "../api/types";
import { Filters, filtersIn, TextFilter } from "../parts/filters";
import { Icon } from "../parts/icon";
import { Page } from "../parts/page";
import { Reload } from "../parts/reload";
import { Empty, Loading } from "../parts/states";
import { type Column, Table } from "../parts/table";
import { count, Day } from "../parts/values";
import { href, setParams } from "../router";

type Patient = Schema<"Patient">;

const PAGE_SIZE = 50;
/** The API's pages end there. */
const MOST = 10_000;
const FILTERS = ["last_name", "first_name", "mrn"] as const;

const COLUMNS: readonly Column<Patient>[] = [
  {
    title: "Name",
    width: "minmax(10rem, 2fr)",
    card: "title",
    cell: ({ person }) => `${person.last_name}, ${person.first_name}`,
  },
  { title: "Born", width: "8rem", card: "note", cell: ({ person }) => <Day iso={person.birth_date} /> },
  { title: "MRN", width: "minmax(8rem, 1fr)", card: "end", cell: (patient) => patient.mrn },
  {
    title: "Last visit",
    width: "8rem",
    cell: ({ visits: [latest] }) => (latest ? <Day iso={latest.visit_date} /> : "None"),
  },
  {
    title: "Visits",
    width: "5rem",
    isNumber: true,
    card: "note-end",
    cell: ({ visits_count }) => count(visits_count),
  },
];

export function PatientsPage({ query }: { query: URLSearchParams }) {
  const filters = filtersIn(query, FILTERS);
  const page = Math.max(1, Number(query.get("page")) || 1);
  const found = useGet("/patients", { query: { ...filters, page, page_size: PAGE_SIZE } });
  return (
    <Page title="Patients" actions={<Reload of={found} />}>
      <Filters names={[...FILTERS, "page"]} query={query}>
        <TextFilter
          name="last_name"
          label="Last name begins with"
          query={query}
          input={{ "data-search": "" }}
          also={{ page: null }}
        />
        <TextFilter name="first_name" label="First name begins with" query={query} also={{ page: null }} />
        <TextFilter name="mrn" label="MRN" query={query} also={{ page: null }} />
      </Filters>
      <Loading from={found} lines={8}>
        {(data) => <Found found={data} page={page} isFiltered={FILTERS.some((name) => query.get(name))} />}
      </Loading>
    </Page>
  );
}

function Found({ found, page, isFiltered }: { found: Schema<"PatientPage">; page: number; isFiltered: boolean }) {
  if (!found.total) {
    return (
      <Empty title="Nothing found">
        <p>{isFiltered ? "No patient matches these filters." : "The registry is empty: take a file in first."}</p>
      </Empty>
    );
  }
  const last = Math.ceil(Math.min(found.total, MOST) / PAGE_SIZE);
  return (
    <>
      <Table
        caption="Patients"
        columns={COLUMNS}
        rows={found.patients}
        rowKey={(patient) => patient.id}
        rowHref={(patient) => href(["patients", patient.id])}
      />
      <div class="pager">
        <p class="is-faint" role="status">
          {count(found.total)} in all, page {count(page)} of {count(last)}
          {found.total > MOST && "; narrow the filters to see the rest"}
        </p>
        {last > 1 && (
          <div class="actions">
            <button type="button" class="button" disabled={page <= 1} onClick={() => setParams({ page: page - 1 })}>
              <Icon name="back" /> Previous page
            </button>
            <button type="button" class="button" disabled={page >= last} onClick={() => setParams({ page: page + 1 })}>
              Next page <Icon name="next" />
            </button>
          </div>
        )}
      </div>
    </>
  );
}
