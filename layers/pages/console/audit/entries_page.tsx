/** Who read and wrote patient data; the filters and the opened entry are in the address. */
import { useList } from "../api/hooks";
import type { Schema } from "../api/types";
import { Badge } from "../parts/badge";
import { Filters, filtersIn, TextFilter } from "../parts/filters";
import { List } from "../parts/list";
import { Page } from "../parts/page";
import type { Column } from "../parts/table";
import { UserName } from "../parts/user_name";
import { count, Time, words } from "../parts/values";
import { href, setParams } from "../router";
import { AuditTabs } from "./audit_tabs";
import { EntryDialog } from "./entry_dialog";

export type Entry = Schema<"AuditEntry">;

const FILTERS = ["patient", "user", "operation", "from", "to"] as const;

const COLUMNS: readonly Column<Entry>[] = [
  { title: "When", width: "12rem", card: "title", cell: (entry) => <Time iso={entry.at} /> },
  { title: "Operation", width: "minmax(10rem, 1fr)", card: "note", cell: (entry) => words(entry.operation) },
  { title: "User", width: "minmax(9rem, 2fr)", cell: (entry) => <Who entry={entry} /> },
  {
    title: "Whose data",
    width: "minmax(8rem, 1fr)",
    cell: (entry) =>
      entry.subject_count > 1 ? `${count(entry.subject_count)} people` : subjectText(entry.subjects[0] ?? "Nobody"),
  },
  { title: "Access", width: "5rem", card: "end", cell: (entry) => words(entry.access) },
  { title: "Outcome", width: "7rem", card: "note-end", cell: (entry) => <Outcome entry={entry} /> },
];

/** `registry-patient:f22` → "Registry patient f22". */
export function subjectText(subject: string): string {
  const [kind, id] = subject.split(/:(.*)/s, 2);
  return id ? `${words((kind ?? "").replaceAll("-", "_"))} ${id}` : subject;
}

function Who({ entry: { user_type, user } }: { entry: Entry }) {
  return (
    <>
      {words(user_type)} <UserName id={user} isLink={false} />
    </>
  );
}

/** The status of the answer; without one, nobody knows whether the call wrote. */
export function Outcome({ entry: { outcome } }: { entry: Entry }) {
  if (outcome === null) return <Badge state="unknown" />;
  return (
    <Badge state={String(outcome)} tone={outcome < 400 ? "good" : "plain"}>
      {outcome}
    </Badge>
  );
}

const placeOf = (entry: Entry): string => `${entry.day}/${entry.number}`;

export function EntriesPage({ query }: { query: URLSearchParams }) {
  const given = filtersIn(query, FILTERS);
  const entries = useList("/admin/audit", given);
  const opened = entries.items.find((entry) => placeOf(entry) === query.get("entry"));
  return (
    <Page title="Audit">
      <AuditTabs here="" />
      <Filters names={FILTERS} query={query}>
        <TextFilter name="patient" label="Patient id" query={query} input={{ "data-search": "", spellcheck: false }} />
        <TextFilter name="user" label="User id" query={query} input={{ spellcheck: false }} />
        <TextFilter name="operation" label="Operation" query={query} input={{ spellcheck: false }} />
        <TextFilter name="from" label="From day (UTC)" query={query} input={{ type: "date" }} />
        <TextFilter name="to" label="To day (UTC)" query={query} input={{ type: "date" }} />
      </Filters>
      <List
        caption="Calls on patient data"
        list={entries}
        columns={COLUMNS}
        rowKey={placeOf}
        rowHref={(entry) => href(["audit"], { ...given, entry: placeOf(entry) })}
        empty={<p>No call on patient data matches these filters.</p>}
      />
      {opened && <EntryDialog entry={opened} onClose={() => setParams({ entry: null })} />}
    </Page>
  );
}
