/** Says that the API is slow or cannot be reached. */
import { useEffect, useState } from "preact/hooks";
import { connection } from "../api/connection";
import { Icon } from "../parts/icon";
import { useStore } from "../parts/store";

export function ConnectionBanner() {
  const { slow, isLost } = useStore(connection);
  const isOffline = useOffline();
  const text = isOffline
    ? "This device is offline. What you typed is kept."
    : isLost
      ? "The API cannot be reached. What you typed is kept; calls are tried again."
      : slow > 0
        ? "The answer takes longer than usual. Please wait."
        : "";
  return (
    <div role="status" aria-live="polite">
      {text && (
        <p class={isOffline || isLost ? "banner is-bad" : "banner"}>
          <Icon name="warning" /> {text}
        </p>
      )}
    </div>
  );
}

function useOffline(): boolean {
  const [is, set] = useState(!navigator.onLine);
  useEffect(() => {
    const changed = () => set(!navigator.onLine);
    addEventListener("online", changed);
    addEventListener("offline", changed);
    return () => {
      removeEventListener("online", changed);
      removeEventListener("offline", changed);
    };
  }, []);
  return is;
}
