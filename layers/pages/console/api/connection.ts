/** How the connection to the API is, for the banner that tells of it. */
import { store } from "../parts/store";

export interface Connection {
  /** Calls that have waited for longer than SLOW_MS. */
  slow: number;
  /** Whether the last try of some call had no answer. */
  isLost: boolean;
}

export const SLOW_MS = 4000;
export const connection = store<Connection>({ slow: 0, isLost: false });

export function lost(isLost: boolean): void {
  if (connection.value.isLost !== isLost) connection.set({ ...connection.value, isLost });
}

/** Count a call as slow while it takes longer than SLOW_MS; the answer ends the watch. */
export function watch(): () => void {
  const count = (by: number) => connection.set({ ...connection.value, slow: connection.value.slow + by });
  let isSlow = false;
  const timer = setTimeout(() => {
    isSlow = true;
    count(1);
  }, SLOW_MS);
  return () => {
    clearTimeout(timer);
    if (isSlow) count(-1);
  };
}
