/** A question before something is done: what it leads to, and the button that does it. */
import type { Problem } from "../api/problem";
import { Dialog } from "./dialog";
import { Form } from "./form";
import { Icon } from "./icon";

interface ConfirmProps {
  title: string;
  /** What the button says. */
  submit: string;
  action: { isRunning: boolean; problem: Problem | undefined; forget: () => void };
  run: () => void;
  close: () => void;
  isDangerous?: boolean;
  /** Read again what somebody changed in the meantime (412). */
  reread?: () => void;
  pointers?: readonly string[];
  children: preact.ComponentChildren;
}

export function Confirm(props: ConfirmProps) {
  const { title, submit, action, run, close, isDangerous = true, reread, pointers = [], children } = props;
  const leave = () => {
    action.forget();
    close();
  };
  const isStale = reread !== undefined && action.problem?.status === 412;
  return (
    <Dialog title={title} onClose={leave}>
      <Form
        onSubmit={run}
        submit={submit}
        isRunning={action.isRunning}
        problem={isStale ? undefined : action.problem}
        pointers={pointers}
        isDangerous={isDangerous}
        cancel={leave}
      >
        {children}
        {isStale && (
          <div class="banner" role="alert">
            <Icon name="warning" />
            <div>
              <p>Somebody changed this in the meantime, so nothing was done. Look at it again first.</p>
              <button
                type="button"
                class="button"
                onClick={() => {
                  leave();
                  reread();
                }}
              >
                Read again
              </button>
            </div>
          </div>
        )}
      </Form>
    </Dialog>
  );
}
