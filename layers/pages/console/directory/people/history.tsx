/** The changes of a person, the newest first. */
import { useList } from "../../api/hooks";
import type { Schema } from "../../api/types";
import { Panel } from "../../parts/page";
import { Empty, Failure, Skeleton } from "../../parts/states";
import { type Happening, Timeline } from "../../parts/timeline";
import { words } from "../../parts/values";
import type { Kind } from "./fields";
import { KINDS } from "./kinds";

export function useHistory(kind: Kind, id: string) {
  return useList(KINDS[kind].history, {}, [id]);
}

export function History({ list }: { list: ReturnType<typeof useHistory> }) {
  const { items, isComplete, isLoading, problem, loadMore, reload } = list;
  return (
    <Panel title="History" note="Who changed what, and when; the newest first.">
      {items.length > 0 && <Timeline happenings={items.map(happening)} />}
      {isLoading && <Skeleton />}
      {isComplete && !items.length && <Empty title="No changes yet" />}
      <Failure problem={problem} retry={items.length ? loadMore : reload} />
      {!isComplete && !isLoading && !problem && (
        <button type="button" class="button" onClick={loadMore}>
          Earlier changes
        </button>
      )}
    </Panel>
  );
}

const TONES: Record<string, Happening["tone"]> = {
  validated: "good",
  restored: "good",
  deleted: "bad",
  break_glass: "bad",
};

function happening(change: Schema<"PersonVersion">): Happening {
  const changed = change.changed.map((name) => words(name)).join(", ");
  return {
    key: String(change.version),
    title: words(change.operation),
    at: change.at,
    by: change.by,
    detail: (
      <>
        {change.operation === "created" ? "" : changed}
        {change.reason && (
          <>
            {" "}
            {changed && "– "}Reason: {change.reason}
          </>
        )}
      </>
    ),
    tone: TONES[change.operation] ?? "plain",
  };
}
