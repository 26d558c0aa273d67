/** The list of jobs; its filters are in the address. */
import { useList } from "../api/hooks";
import { Badge } from "../parts/badge";
import { anyOf, Filters, filtersIn, SelectFilter, TextFilter } from "../parts/filters";
import { List } from "../parts/list";
import { Page } from "../parts/page";
import { Reload } from "../parts/reload";
import type { Column } from "../parts/table";
import { count, Time, words } from "../parts/values";
import { href } from "../router";
import { belongsTo, currentUser } from "../session/session";
import { hasEnded, type Job } from "./job_watch";
import { fileName } from "./job_words";

const STATUSES: readonly Job["status"][] = ["queued", "running", "completed", "failed"];
const FILTERS = ["status", "key"] as const;

const COLUMNS: readonly Column<Job>[] = [
  { title: "File", width: "minmax(10rem, 2fr)", card: "title", cell: (job) => fileName(job.key) },
  { title: "Kind", width: "6rem", cell: (job) => words(job.kind) },
  { title: "Received", width: "minmax(10rem, 1fr)", card: "note", cell: (job) => <Received job={job} /> },
  { title: "Rows", width: "6rem", isNumber: true, cell: (job) => count(job.rows_read) },
  { title: "Rejected", width: "6rem", isNumber: true, card: "end", cell: (job) => <Rejected job={job} /> },
  { title: "Status", width: "9rem", card: "note-end", cell: (job) => <Status job={job} /> },
];

export const maySend = (): boolean => belongsTo(currentUser(), ["intake"]);

export function JobsPage({ query }: { query: URLSearchParams }) {
  const given = filtersIn(query, FILTERS);
  const jobs = useList("/ingest", given);
  return (
    <Page
      title="Intake"
      actions={
        <>
          <Reload of={jobs} />
          {maySend() && (
            <a class="button is-main" href={href(["intake", "send"])}>
              Send files
            </a>
          )}
        </>
      }
    >
      <Filters names={FILTERS} query={query}>
        <SelectFilter name="status" label="Status" query={query} options={anyOf(STATUSES)} />
        <TextFilter name="key" label="Key of the file, in full" query={query} input={{ "data-search": "" }} />
      </Filters>
      <List
        caption="Jobs"
        list={jobs}
        columns={COLUMNS}
        rowKey={(job) => job.task_id}
        rowHref={(job) => href(["intake", job.task_id])}
        empty={<p>No file was sent, or none matches these filters.</p>}
      />
    </Page>
  );
}

function Received({ job }: { job: Job }) {
  const first = job.steps[0];
  return first ? <Time iso={first.at} /> : <>Unknown</>;
}

function Rejected({ job }: { job: Job }) {
  return (
    <span class={job.rejected ? "is-bad" : "is-faint"}>
      {count(job.rejected)}
      <span class="is-card-only"> rejected</span>
    </span>
  );
}

function Status({ job }: { job: Job }) {
  return (
    <Badge state={job.status}>{hasEnded(job) ? undefined : `${words(job.status)} ${Math.floor(job.percent)} %`}</Badge>
  );
}
