/** The health of the servers, and every queue with its numbers of waiting and dead messages. */
import { useGet } from "../api/hooks";
import type { Schema } from "../api/types";
import { Badge } from "../parts/badge";
import { Health, useHealth } from "../parts/health";
import { Page, Panel } from "../parts/page";
import { Loading } from "../parts/states";
import { type Column, Table } from "../parts/table";
import { count } from "../parts/values";
import { href } from "../router";
import { OperationsTabs } from "./tabs";

type Queue = Schema<"QueueState">;

const POLL_MS = 10_000;
const number = (value: number | null) => (value === null ? "–" : count(value));

const COLUMNS: readonly Column<Queue>[] = [
  { title: "Queue", width: "minmax(10rem, 1fr)", card: "title", cell: (queue) => queue.name },
  {
    title: "Waiting",
    width: "6rem",
    isNumber: true,
    card: "note",
    cell: (queue) => (
      <>
        {number(queue.waiting)} {queue.waiting !== null && <span class="is-on-card">waiting</span>}
      </>
    ),
  },
  { title: "In flight", width: "6rem", isNumber: true, cell: (queue) => number(queue.inFlight) },
  { title: "Delayed", width: "6rem", isNumber: true, cell: (queue) => number(queue.delayed) },
  {
    title: "Dead",
    width: "8rem",
    card: "end",
    cell: (queue) => (
      <Badge state={queue.dead ? "failed" : "up"}>{queue.dead ? `${count(queue.dead)} dead` : "None"}</Badge>
    ),
  },
];

export function SystemPage() {
  const health = useHealth(POLL_MS);
  const queues = useGet("/admin/queues", { pollMs: POLL_MS });
  return (
    <Page title="Operations">
      <OperationsTabs here="" />
      <Panel title="Servers">
        <Health health={health} />
      </Panel>
      <h2 class="above-table">Queues</h2>
      <Loading from={queues} lines={8}>
        {({ items }) => (
          <>
            <Table
              caption="Queues"
              columns={COLUMNS}
              rows={deadFirst(items)}
              rowKey={(queue) => queue.name}
              rowHref={(queue) => href(["operations", "queues", queue.name])}
            />
            <p class="list-foot">
              Numbers are approximate. A message is dead when its last try has failed; a line opens what it was about.
            </p>
          </>
        )}
      </Loading>
    </Page>
  );
}

const deadFirst = (queues: readonly Queue[]): Queue[] =>
  [...queues].sort((one, other) => Number(other.dead > 0) - Number(one.dead > 0));
