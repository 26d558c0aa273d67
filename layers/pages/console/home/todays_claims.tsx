/** The claims that were received today: how many, in which hours, and what has become of them. */
import { useGet } from "../api/hooks";
import type { Schema } from "../api/types";
import { Bars, Columns } from "../parts/charts";
import { Panel } from "../parts/page";
import { Empty, Loading } from "../parts/states";
import { count, dollars, words } from "../parts/values";
import { href } from "../router";

type Counts = Schema<"ClaimCounts">;

export function TodaysClaims({ pollMs }: { pollMs: number }) {
  const counts = useGet("/claims/counts", { pollMs });
  return (
    <Panel title="Claims received today" note="The day is that of UTC.">
      <Loading from={counts} lines={5}>
        {(today) =>
          today.claims === 0 ? (
            <Empty title="No claim has been received today." />
          ) : (
            <div class="columns">
              <Received counts={today} />
              <Statuses counts={today} />
            </div>
          )
        }
      </Loading>
    </Panel>
  );
}

function Received({ counts }: { counts: Counts }) {
  const hours = counts.hours.map((value, hour) => ({ label: `${String(hour).padStart(2, "0")}:00`, value }));
  return (
    <div>
      <p class="tile-value">
        <a href={href(["claims"])}>
          {count(counts.claims)}
          {counts.is_complete ? " claims" : " claims or more"}
        </a>
      </p>
      <p class="is-faint">Net fees {dollars(counts.net_fee)}</p>
      <Columns caption="Claims by hour" columns={hours} />
    </div>
  );
}

function Statuses({ counts }: { counts: Counts }) {
  const paid = counts.statuses.find(({ status }) => status === "processed");
  return (
    <div>
      <p class="tile-value">
        <a href={href(["claims"], { status: "processed" })}>{dollars(paid?.net_fee ?? 0)} paid</a>
      </p>
      <p class="is-faint">For {count(paid?.claims ?? 0)} of them</p>
      <Bars
        caption="Claims by the status that they have now"
        bars={counts.statuses.map(({ status, claims }) => ({
          label: words(status),
          value: claims,
          text: count(claims),
          href: href(["claims"], { status }),
        }))}
      />
    </div>
  );
}
