/** The state of something: a word, with a color that says the same. */
import { words } from "./values";

export type Tone = "good" | "bad" | "warn" | "busy" | "plain";

const TONES: Record<string, Tone> = {
  processed: "good",
  completed: "good",
  up: "good",
  active: "good",
  full_access: "good",
  failed: "bad",
  stalled: "bad",
  down: "bad",
  refused: "bad",
  payment_review: "warn",
  unknown: "warn",
  suspended: "warn",
  payment_requested: "busy",
  running: "busy",
  queued: "busy",
  received: "busy",
  pending: "busy",
};

export function Badge({ state, tone, children }: { state: string; tone?: Tone; children?: preact.ComponentChildren }) {
  return <span class={`badge is-${tone ?? TONES[state] ?? "plain"}`}>{children ?? words(state)}</span>;
}
