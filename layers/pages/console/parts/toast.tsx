/** Short messages that something was done; screen readers read them aloud. */
import { store, useStore } from "./store";

interface Toast {
  id: number;
  text: string;
}

const SHOWN_MS = 6000;
const toasts = store<readonly Toast[]>([]);
let last = 0;

export function say(text: string): void {
  const toast = { id: ++last, text };
  toasts.set([...toasts.value, toast]);
  setTimeout(() => toasts.set(toasts.value.filter((each) => each !== toast)), SHOWN_MS);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {useStore(toasts).map((toast) => (
        <p key={toast.id}>{toast.text}</p>
      ))}
    </div>
  );
}
