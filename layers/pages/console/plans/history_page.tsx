/** The versions of a plan, newest first, and what one of them changed. */
import { useGet, useList } from "../api/hooks";
import type { Schema } from "../api/types";
import { Badge } from "../parts/badge";
import { Diff } from "../parts/diff";
import { SelectFilter } from "../parts/filters";
import { Page, Panel } from "../parts/page";
import { Empty, Failure, Loading, Skeleton } from "../parts/states";
import { UserName } from "../parts/user_name";
import { count, Time, words } from "../parts/values";
import { href } from "../router";
import { AsOfForm } from "./as_of_form";
import { nameIn } from "./changes";

type Change = Schema<"PlanChange">;

export function HistoryPage({ id, query }: { id: string; query: URLSearchParams }) {
  const history = useList("/v1/plan/{id}/history", {}, [id]);
  const { items, isComplete, isLoading, problem, loadMore, reload } = history;
  const chosen = Number(query.get("version")) || items[0]?.version;
  return (
    <Page title={`History of plan ${id}`} above={{ title: "The plan", href: href(["plans", id]) }}>
      <AsOfForm id={id} />
      <div class="columns is-wide-end">
        <Panel title="Versions">
          {!items.length && !problem && <Skeleton lines={6} />}
          <ol class="rows">
            {items.map((change) => (
              <Version key={change.version} id={id} change={change} isChosen={change.version === chosen} />
            ))}
          </ol>
          <Failure problem={problem} retry={items.length ? loadMore : reload} />
          {!isComplete && items.length > 0 && (
            <button type="button" class="button" onClick={loadMore} aria-disabled={isLoading}>
              Older versions
            </button>
          )}
        </Panel>
        {chosen !== undefined && <Compared key={chosen} id={id} version={chosen} versions={items} query={query} />}
      </div>
    </Page>
  );
}

function Version({ id, change, isChosen }: { id: string; change: Change; isChosen: boolean }) {
  const { version, operation, at, by } = change;
  return (
    <li>
      <div>
        <p>
          <a href={href(["plans", id, "history"], { version })} aria-current={isChosen ? "true" : undefined}>
            Version {version}
          </a>{" "}
          <Badge state={operation} tone={operation === "deleted" ? "bad" : "plain"}>
            {words(operation)}
          </Badge>
        </p>
        <p class="is-faint">
          <Time iso={at} /> by <UserName id={by} />
        </p>
        <p class="is-faint">{partsOf(id, change)}</p>
      </div>
      {operation !== "deleted" && (
        <a class="button" href={href(["plans", id], { version })} aria-label={`Read version ${version}`}>
          Read
        </a>
      )}
    </li>
  );
}

/** What a change touched: "The plan itself, 2 services". */
function partsOf(id: string, { changed, changedCount }: Change): string {
  const isRoot = changed.includes(id);
  const services = changedCount - (isRoot ? 1 : 0);
  return [isRoot && "The plan itself", services > 0 && `${count(services)} ${services === 1 ? "service" : "services"}`]
    .filter(Boolean)
    .join(", ");
}

interface ComparedProps {
  id: string;
  version: number;
  versions: readonly Change[];
  query: URLSearchParams;
}

/** The differences between a version and an earlier one: the one before it, unless the address says another. */
function Compared({ id, version, versions, query }: ComparedProps) {
  const isDeleted = (number: number) =>
    versions.some((each) => each.version === number && each.operation === "deleted");
  const against = Number(query.get("against")) || version - 1;
  const earlier = versions.filter((each) => each.version < version && each.operation !== "deleted");
  return (
    <Panel title={`What version ${version} changed`}>
      {isDeleted(version) ? (
        <p>
          It deleted the plan. <a href={href(["plans", id], { version: version - 1 })}>Read the version before</a>
        </p>
      ) : against < 1 || isDeleted(against) ? (
        <Empty title="It made the plan: there is nothing to compare it with.">
          <a href={href(["plans", id], { version })}>Read version {version}</a>
        </Empty>
      ) : (
        <>
          <div class="filters">
            <SelectFilter
              name="against"
              label="Compared with"
              query={query}
              options={[
                ["", `Version ${version - 1}`],
                ...earlier
                  .filter((each) => each.version < version - 1)
                  .map((each) => [String(each.version), `Version ${each.version}`] as const),
              ]}
            />
          </div>
          <Differences id={id} before={against} after={version} />
        </>
      )}
    </Panel>
  );
}

function Differences({ id, before, after }: { id: string; before: number; after: number }) {
  const old = useGet("/v1/plan/{id}", { ids: [id], query: { version: before } });
  const current = useGet("/v1/plan/{id}", { ids: [id], query: { version: after } });
  return (
    <Loading from={old}>
      {(from) => (
        <Loading from={current}>
          {(to) => <Diff before={from} after={to} nameOf={(place) => nameIn(from, to, place)} />}
        </Loading>
      )}
    </Loading>
  );
}
