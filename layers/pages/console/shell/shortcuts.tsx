/** Keys that work everywhere but in fields; they can be switched off in the account. */
import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../parts/dialog";
import { keys } from "../parts/preferences";
import { useStore } from "../parts/store";
import { go } from "../router";
import type { Room } from "./rooms";

const NEXT_KEY_MS = 1500;

export function Shortcuts({ rooms }: { rooms: readonly Room[] }) {
  const isOn = useStore(keys);
  const [isHelpOpen, setHelpOpen] = useState(false);
  useEffect(() => {
    if (!isOn) return;
    let wentAt = 0;
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const room = Date.now() - wentAt < NEXT_KEY_MS && rooms.find((each) => each.key === event.key);
      wentAt = event.key === "g" ? Date.now() : 0;
      if (room) go(room.path ? [room.path] : []);
      else if (event.key === "?") setHelpOpen(true);
      else if (event.key === "/") {
        const field = document.querySelector<HTMLElement>("[data-search]");
        field?.focus();
        if (field) event.preventDefault();
      }
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [isOn, rooms]);
  if (!isHelpOpen) return null;
  return (
    <Dialog title="Keys" onClose={() => setHelpOpen(false)}>
      <dl class="keys">
        {rooms.map((room) => (
          <div key={room.path}>
            <dt>
              <kbd>G</kbd> <kbd>{room.key.toUpperCase()}</kbd>
            </dt>
            <dd>{room.title}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>/</kbd>
          </dt>
          <dd>Search or filter</dd>
        </div>
        <div>
          <dt>
            <kbd>↑</kbd> <kbd>↓</kbd>
          </dt>
          <dd>Row by row in a list, Enter opens</dd>
        </div>
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>Close a dialog</dd>
        </div>
      </dl>
    </Dialog>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, dialog") !== null;
}
