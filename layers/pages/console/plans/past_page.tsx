/** A plan as it was: a version by its number, or the one that was current at a time. */
import { useGet } from "../api/hooks";
import type { Query } from "../api/types";
import { Badge } from "../parts/badge";
import { Icon } from "../parts/icon";
import { Page } from "../parts/page";
import { Loading } from "../parts/states";
import { day, Time } from "../parts/values";
import { href } from "../router";
import { AsOfForm } from "./as_of_form";
import { NOTHING } from "./changes";
import { ABOVE } from "./plan_page";
import { PlanView } from "./plan_view";

/** The number in an ETag, such as 7 in `"7-d41d8cd9"`. */
const versionOf = (etag: string): string => etag.replace(/^"/, "").split("-", 1)[0] ?? "";

export function PastPage({ id, query }: { id: string; query: URLSearchParams }) {
  const [version, asOf] = [query.get("version"), query.get("asOf")];
  const asked: Query<"get", "/v1/plan/{id}"> = version ? { version } : { asOf };
  const past = useGet("/v1/plan/{id}", { ids: [id], query: asked });
  const number = past.etag ? versionOf(past.etag) : version;
  return (
    <Page
      title={`Plan ${id}`}
      above={{ ...ABOVE, title: "The plan as it is now", href: href(["plans", id]) }}
      badge={
        <Badge state="past" tone="warn">
          {number ? `Past: version ${number}` : "Past"}
        </Badge>
      }
      actions={
        <a class="button" href={href(["plans", id, "history"], { version: number })}>
          History
        </a>
      }
    >
      <div class="banner" role="note">
        <Icon name="warning" />
        <div>
          <p>
            <strong>You are reading the past.</strong> This is the plan{" "}
            {version ? `in its version ${version}` : <AsOf asOf={asOf ?? ""} />}, not as it is now. It cannot be
            changed. <a href={href(["plans", id])}>Go to the plan as it is now</a>
          </p>
        </div>
      </div>
      {asOf && <AsOfForm id={id} asOf={asOf} />}
      <Loading from={past} lines={10}>
        {(plan) => <PlanView edited={{ plan, changes: NOTHING, faults: new Map() }} query={query} />}
      </Loading>
    </Page>
  );
}

function AsOf({ asOf }: { asOf: string }) {
  if (Number.isNaN(Date.parse(asOf))) return <>at {asOf}</>;
  return asOf.includes("T") ? (
    <>
      at <Time iso={asOf} />
    </>
  ) : (
    <>at the end of {day(asOf)} (UTC)</>
  );
}
