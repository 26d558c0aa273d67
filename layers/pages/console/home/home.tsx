/** The start: today's claims, what waits for the user, and whether the system is well. */
import { type Loaded, useGet } from "../api/hooks";
import type { Path, Query } from "../api/types";
import { Health, useHealth } from "../parts/health";
import { Page, Panel } from "../parts/page";
import { Failure, Skeleton } from "../parts/states";
import { count } from "../parts/values";
import { href } from "../router";
import { belongsTo, currentUser } from "../session/session";
import { TodaysClaims } from "./todays_claims";

const POLL_MS = 15_000;
const MOST = 100;

export default function Home() {
  const user = currentUser();
  const health = useHealth(POLL_MS);
  const isOperator = belongsTo(user, ["operations", "support"]);
  return (
    <Page title="Home">
      {belongsTo(user, ["claims", "support"]) && <TodaysClaims pollMs={POLL_MS} />}
      <div class="tiles">
        {belongsTo(user, ["claims", "support"]) && <ClaimTiles />}
        {belongsTo(user, ["intake", "support"]) && (
          <ListTile
            title="Files being taken in"
            path="/ingest"
            query={{ status: "running", limit: MOST }}
            link={href(["intake"], { status: "running" })}
          />
        )}
        {isOperator && <IndexLag health={health} />}
        {isOperator && <DeadLetters />}
      </div>
      <Panel title="System">
        <Health health={health} />
      </Panel>
    </Page>
  );
}

function ClaimTiles() {
  const tile = (status: string, title: string, tone: string) => (
    <ListTile
      title={title}
      tone={tone}
      path="/claims"
      query={{ status, limit: MOST }}
      link={href(["claims"], { status })}
    />
  );
  return (
    <>
      {tile("payment_review", "Claims in review", "warn")}
      {tile("failed", "Payments that failed", "bad")}
    </>
  );
}

interface TileProps {
  title: string;
  tone?: string;
  link: string;
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
  return <Tile {...tile} value={text} isCalm={page?.items.length === 0} from={list} />;
}

function IndexLag({ health }: { health: ReturnType<typeof useHealth> }) {
  const search = health.data?.search;
  const lag = search?.lag_ms;
  const isIndexed = search?.engine !== "dynamodb";
  const unknown = isIndexed ? "Unknown" : "None";
  const value = search && (typeof lag === "number" ? `${(lag / 1000).toFixed(1)} s` : unknown);
  const waiting = search?.waiting;
  const unknownNumber = isIndexed ? "The number of changes is unknown" : "There is no index; searches read the tables";
  return (
    <Tile
      title="Lag of the search index"
      tone="warn"
      link={href(["operations", "search"])}
      value={value}
      note={
        typeof waiting === "number"
          ? `${count(waiting)} ${waiting === 1 ? "change" : "changes"} waiting`
          : unknownNumber
      }
      isCalm={waiting === 0 || !isIndexed}
      from={health}
    />
  );
}

function DeadLetters() {
  const queues = useGet("/admin/queues", { pollMs: POLL_MS });
  const dead = queues.data?.items.reduce((sum, queue) => sum + queue.dead, 0);
  return (
    <Tile
      title="Dead messages"
      tone="bad"
      link={href(["operations"])}
      value={dead === undefined ? undefined : count(dead)}
      isCalm={dead === 0}
      from={queues}
    />
  );
}

interface NumberProps extends TileProps {
  value: string | undefined;
  note?: string;
  /** Whether there is nothing to do. */
  isCalm: boolean;
  from: Pick<Loaded<unknown>, "problem" | "reload">;
}

function Tile({ title, tone = "plain", link, value, note, isCalm, from }: NumberProps) {
  return (
    <section class={`tile is-${isCalm ? "plain" : tone}`}>
      <h2>
        <a href={link}>{title}</a>
      </h2>
      {value === undefined ? (
        from.problem ? (
          <Failure problem={from.problem} retry={from.reload} />
        ) : (
          <Skeleton lines={1} />
        )
      ) : (
        <>
          <p class="tile-value">{value}</p>
          {note && <p class="is-faint">{note}</p>}
        </>
      )}
    </section>
  );
}
