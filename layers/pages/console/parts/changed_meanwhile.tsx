/** What a write says that found a newer version (412): read it again, and what was typed stays. */
import type { Problem } from "../api/problem";
import { Icon } from "./icon";

export function ChangedMeanwhile({ problem, reread }: { problem: Problem | undefined; reread: () => void }) {
  if (problem?.status !== 412) return null;
  return (
    <div class="banner" role="alert">
      <Icon name="warning" />
      <div>
        <p>Somebody changed this in the meantime. Nothing was saved, and what you typed is still there.</p>
        <button type="button" class="button" onClick={reread}>
          Read again
        </button>
      </div>
    </div>
  );
}
