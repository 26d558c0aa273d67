/** The start: what waits for the user, and whether the system is well. */
import { useGet } from "../api/hooks";
import type { Path, Query, Schema } from "../api/types";
import { Badge } from "../parts/badge";
import { Page, Panel } from "../parts/page";
import { Failure, Loading, Skeleton } from "../parts/states";
import { count, words } from "../parts/values";
import { href } from "../router";
import { belongsTo, currentUser } from "../session/session";

const POLL_MS = 15_000;
const MOST = 100;

export default function Home() {
  const user = currentUser();
  return (
    <Page title="Home">
      <div class="tiles">
        {belongsTo(user, ["claims", "support"]) && <Claims />}
        {belongsTo(user, ["intake", "support"]) && <Jobs />}
        {belongsTo(user, ["operations", "support"]) && <DeadLetters />}
      </div>
      <Health />
    </Page>
  );
}

function Claims() {
  return (
    <>
      <ClaimTile status="payment_review" title="Claims to review" tone="warn" />
      <ClaimTile status="failed" title="Payments that failed" tone="bad" />
    </>
  );
}

function ClaimTile({ status, title, tone }: { status: string; title: string; tone: string }) {
  return (
    <ListTile
      title={title}
      tone={tone}
      path="/claims"
      query={{ status, limit: MOST }}
      link={href(["claims"], { status })}
    />
  );
}

function Jobs() {
  return <ListTile title="Files being taken in" path="/ingest" query={{ status: "running", limit: MOST }} />;
}

interface TileProps {
  title: string;
  tone?: string;
  link?: string;
}

/** The number of items of a list's first page. */
function ListTile<P extends "/claims" | "/ingest">({
  path,
  query,
  ...tile
}: TileProps & { path: P; query: Query<"get", P> }) {
  const list = useGet<Path<"get">>(path, { query: query as Query<"get", Path<"get">>, pollMs: POLL_MS });
  const page = list.data as { items: unknown[]; nextCursor: string | null } | undefined;
  const text = page && `${count(page.items.length)}${page.nextCursor ? " or more" : ""}`;
  return <Tile {...tile} value={text} isCalm={page?.items.length === 0} problem={list.problem} />;
}

function DeadLetters() {
  const queues = useGet("/admin/queues", { pollMs: POLL_MS });
  const dead = queues.data?.items.reduce((sum, queue) => sum + queue.dead, 0);
  return (
    <Tile
      title="Dead messages"
      tone="bad"
      value={dead === undefined ? undefined : count(dead)}
      isCalm={dead === 0}
      problem={queues.problem}
    />
  );
}

interface NumberProps extends TileProps {
  value: string | undefined;
  /** Whether there is nothing to do. */
  isCalm: boolean;
  problem: Parameters<typeof Failure>[0]["problem"];
}

function Tile({ title, tone = "plain", link, value, isCalm, problem }: NumberProps) {
  return (
    <section class={`tile is-${isCalm ? "plain" : tone}`}>
      <h2>{link ? <a href={link}>{title}</a> : title}</h2>
      {value === undefined ? (
        problem ? (
          <Failure problem={problem} />
        ) : (
          <Skeleton lines={1} />
        )
      ) : (
        <p class="tile-value">{value}</p>
      )}
    </section>
  );
}

function Health() {
  const answer = useGet("/health", { pollMs: POLL_MS });
  // If a dependency is down, the state comes with a 503.
  const members = answer.problem?.members;
  const isState = members !== undefined && "dependencies" in members;
  const health = isState ? { ...answer, data: members as Schema<"Health">, problem: undefined } : answer;
  return (
    <Panel title="System">
      <Loading from={health} lines={4}>
        {(state) => (
          <>
            <ul class="health">
              {Object.entries(state.dependencies).map(([name, dependency]) => (
                <li key={name}>
                  <span>{NAMES[name] ?? words(name)}</span>
                  <Badge state={dependency.status} />
                  <span class="is-faint is-number">
                    {typeof dependency.latency_ms === "number" && `${Math.round(dependency.latency_ms)} ms`}
                  </span>
                </li>
              ))}
              <li>
                <span>Search index</span>
                <Badge state={state.search.waiting ? "running" : "up"}>
                  {state.search.waiting ? `${count(state.search.waiting)} changes waiting` : "Up to date"}
                </Badge>
                <span class="is-faint is-number">
                  {state.search.lag_ms !== null && `last took ${(state.search.lag_ms / 1000).toFixed(1)} s`}
                </span>
              </li>
            </ul>
            <Consumers states={state.consumers} />
          </>
        )}
      </Loading>
    </Panel>
  );
}

const NAMES: Record<string, string> = {
  dynamodb: "DynamoDB",
  opensearch: "OpenSearch",
  sqs: "SQS",
  s3: "S3",
  redis: "Redis",
};

/** Queues that nothing reads from; the others need no line. */
function Consumers({ states }: { states: Record<string, string> }) {
  const faulty = Object.entries(states).filter(([, state]) => state === "down" || state === "unknown");
  if (!faulty.length)
    return <p class="is-faint">All {Object.keys(states).length} queues and streams have their readers.</p>;
  return (
    <ul class="health">
      {faulty.map(([name, state]) => (
        <li key={name}>
          <span>{name}</span>
          <Badge state={state} />
        </li>
      ))}
    </ul>
  );
}
