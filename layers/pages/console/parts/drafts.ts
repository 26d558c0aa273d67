/** What users have typed and not sent yet: in memory alone, since it may be about patients. */
import { useState } from "preact/hooks";

const drafts = new Map<string, unknown>();

export function forgetDrafts(): void {
  drafts.clear();
}

export interface Draft<T> {
  value: T;
  /** Whether there is something that was typed and not sent. */
  isChanged: boolean;
  set(change: Partial<T>): void;
  /** Forget it: it was sent, or is not wanted. */
  clear(): void;
}

/** A form's values by a key of the form; they are still there when its user comes back to it. */
export function useDraft<T extends object>(key: string, first: T): Draft<T> {
  const [, draw] = useState({});
  const value = { ...first, ...(drafts.get(key) as Partial<T> | undefined) };
  return {
    value,
    isChanged: drafts.has(key),
    set(change) {
      drafts.set(key, { ...(drafts.get(key) as object | undefined), ...change });
      draw({});
    },
    clear() {
      drafts.delete(key);
      draw({});
    },
  };
}

addEventListener("beforeunload", (event) => {
  if (drafts.size) event.preventDefault();
});
