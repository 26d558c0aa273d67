/** The state of the servers that the API depends on. */
import { type Loaded, useGet } from "../api/hooks";
import type { Schema } from "../api/types";
import { Badge } from "./badge";
import { Loading } from "./states";
import { count, words } from "./values";

type HealthState = Schema<"Health">;

/** The health, loaded again and again; if a dependency is down, it comes with a 503. */
export function useHealth(pollMs: number): Loaded<HealthState> {
  const answer = useGet("/health", { pollMs });
  const members = answer.problem?.members;
  const isState = members !== undefined && "dependencies" in members;
  return isState ? { ...answer, data: members as HealthState, problem: undefined } : answer;
}

export function Health({ health }: { health: Loaded<HealthState> }) {
  return (
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
              {state.search.engine === "dynamodb" ? (
                <Badge state="off">None, searches read the tables</Badge>
              ) : (
                <Badge state={state.search.waiting ? "running" : "up"}>
                  {state.search.waiting ? `${count(state.search.waiting)} changes waiting` : "Up to date"}
                </Badge>
              )}
              <span class="is-faint is-number">
                {state.search.lag_ms !== null && `last took ${(state.search.lag_ms / 1000).toFixed(1)} s`}
              </span>
            </li>
          </ul>
          <Consumers states={state.consumers} />
        </>
      )}
    </Loading>
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
