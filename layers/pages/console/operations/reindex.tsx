/** The last building of an index, and a new one. */
import { call } from "../api/call";
import { useAction } from "../api/hooks";
import type { Schema } from "../api/types";
import { Badge } from "../parts/badge";
import { Panel } from "../parts/page";
import { Progress } from "../parts/progress";
import { Failure } from "../parts/states";
import { say } from "../parts/toast";
import { ago, count, Fact, Facts, words } from "../parts/values";
import { Ids } from "./drift";
import { JobState, useJob } from "./job";
import { mayOperate } from "./rights";
import type { Index } from "./search_page";

const STEPS: Record<Schema<"Reindex">["step"], string> = {
  name: "choosing a name",
  create: "making the new index",
  fill: "filling it",
  switch: "putting it in place of the old one",
  clean: "removing the old one",
};
const ORDER = Object.keys(STEPS);

export function Reindex({ index }: { index: Index }) {
  const last = useJob("/admin/search/reindex", index);
  const start = useAction(async (_key) => {
    await call("post", "/admin/search/reindex", { query: { index } });
    say("The new index is being built.");
    last.reload();
  });
  return (
    <Panel
      title={`${words(index)}: build the index anew`}
      note="For all tenants. Writes and searches go on meanwhile, on the old index until the new one is full."
    >
      <JobState from={last} none="The index has not been built anew yet.">
        {(job) => <Built job={job} />}
      </JobState>
      <Failure problem={start.problem} />
      {mayOperate() && last.data?.status !== "running" && (
        <div class="actions">
          <button type="button" class="button" aria-disabled={start.isRunning} onClick={() => start.run()}>
            Build anew
          </button>
        </div>
      )}
    </Panel>
  );
}

function Built({ job }: { job: Schema<"Reindex"> }) {
  const step = ORDER.indexOf(job.step);
  const isRunning = job.status === "running";
  return (
    <>
      {isRunning && (
        <Progress
          label={`Step ${step + 1} of ${ORDER.length}: ${STEPS[job.step]}`}
          value={step + 0.5}
          max={ORDER.length}
        />
      )}
      <Facts>
        <Fact name="State">
          <Badge state={job.status} />
        </Fact>
        <Fact name="Begun">{ago(job.startedAt)}</Fact>
        <Fact name={words(job.index)}>{count(job[job.index])}</Fact>
        <Fact name="Documents">{count(job.documents)}</Fact>
      </Facts>
      {job.error && <p class="is-bad">{job.error}</p>}
      {job.refused.count > 0 && <Ids title="Refused in part by OpenSearch" drifted={job.refused} />}
    </>
  );
}
