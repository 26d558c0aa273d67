/** A secret that is shown this once. It stays until its reader says that it is kept: Escape does not lose it. */
import { Dialog } from "../parts/dialog";
import { Code, words } from "../parts/values";

interface ShownOnceProps {
  title: string;
  what: string;
  secret: string;
  onClose: () => void;
  children: preact.ComponentChildren;
}

export function ShownOnce({ title, what, secret, onClose, children }: ShownOnceProps) {
  return (
    <Dialog title={title}>
      {children}
      <p>
        {words(what)}: <Code text={secret} what={what} />
      </p>
      <div class="actions">
        <button type="button" class="button is-main" onClick={onClose}>
          I have kept it
        </button>
      </div>
    </Dialog>
  );
}
