/** The last comparison of an index with its table, and a new one, which may repair what it finds. */
import { useState } from "preact/hooks";
import { call } from "../api/call";
import { useAction } from "../api/hooks";
import type { Schema } from "../api/types";
import { Badge } from "../parts/badge";
import { Panel } from "../parts/page";
import { Progress } from "../parts/progress";
import { Failure } from "../parts/states";
import { say } from "../parts/toast";
import { ago, count, Fact, Facts, words } from "../parts/values";
import { JobState, useJob } from "./job";
import { mayOperate } from "./rights";
import type { Index } from "./search_page";

type Check = Schema<"DriftCheck">;

const KINDS = {
  missing: "Not in the index",
  stale: "Different in the index",
  orphaned: "Only in the index",
  refused: "Refused in part by OpenSearch; a repair cannot change that",
} as const;

export function Drift({ index }: { index: Index }) {
  const check = useJob("/admin/search/drift", index);
  const start = useAction(async (_key, repair: boolean) => {
    await call("post", "/admin/search/drift", { query: { index, repair } });
    say(repair ? "The check has begun; it repairs what it finds." : "The check has begun.");
    check.reload();
  });
  return (
    <Panel title={`${words(index)}: index and table`}>
      <JobState from={check} none="The index has not been compared with the table yet.">
        {(found) => <Found check={found} />}
      </JobState>
      <Failure problem={start.problem} />
      {mayOperate() && (
        <div class="actions">
          <button type="button" class="button" aria-disabled={start.isRunning} onClick={() => start.run(false)}>
            Check now
          </button>
          <button type="button" class="button" aria-disabled={start.isRunning} onClick={() => start.run(true)}>
            Check and repair
          </button>
        </div>
      )}
    </Panel>
  );
}

function Found({ check }: { check: Check }) {
  const kinds = Object.entries(KINDS) as [keyof typeof KINDS, string][];
  const found = kinds.filter(([kind]) => check[kind].count > 0);
  return (
    <>
      {check.status === "running" && <Progress label={`${count(check.checked)} compared so far`} max={1} />}
      <Facts>
        <Fact name="State">
          <Badge state={check.status} />
        </Fact>
        <Fact name="Begun">{ago(check.startedAt)}</Fact>
        <Fact name="Compared">{count(check.checked)}</Fact>
        {check.repair && <Fact name="Sent to be indexed again">{count(check.repaired)}</Fact>}
      </Facts>
      {check.error && <p class="is-bad">{check.error}</p>}
      {found.length === 0 && check.status === "completed" && <p>Index and table agree.</p>}
      {found.map(([kind, text]) => (
        <Ids key={kind} title={text} drifted={check[kind]} />
      ))}
    </>
  );
}

export function Ids({ title, drifted }: { title: string; drifted: Schema<"Drifted"> }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="ids" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {title}: <strong>{count(drifted.count)}</strong>
      </summary>
      {isOpen && (
        <ul>
          {drifted.ids.map((id) => (
            <li key={id}>
              <code>{id}</code>
            </li>
          ))}
        </ul>
      )}
      {drifted.count > drifted.ids.length && <p class="is-faint">The first {count(drifted.ids.length)} are listed.</p>}
    </details>
  );
}
