/** Set up or remove the authenticator app. The API does not say which there is, so both are offered. */
import { useState } from "preact/hooks";
import { call } from "../api/call";
import { Dialog } from "../parts/dialog";
import { Panel } from "../parts/page";
import { say } from "../parts/toast";
import { CodeForm } from "./code_form";
import { AppSetup } from "./enrolment";

export function SecondFactorPanel() {
  const [isRemoving, setRemoving] = useState(false);
  const remove = async (otp: string) => {
    await call("delete", "/auth/mfa", { body: { otp } });
    setRemoving(false);
    say("The second factor was removed.");
  };
  return (
    <Panel title="Second factor" note="A code of an authenticator app beside the password.">
      <AppSetup done={() => undefined} />
      <div class="actions">
        <button type="button" class="button is-danger-quiet" onClick={() => setRemoving(true)}>
          Remove the app
        </button>
      </div>
      {isRemoving && (
        <Dialog title="Remove the second factor?" onClose={() => setRemoving(false)}>
          <p>The password alone will open your account, and the recovery codes become useless.</p>
          <CodeForm
            submit="Remove it"
            hint="From the app, or one of your recovery codes."
            isDangerous
            send={remove}
            cancel={() => setRemoving(false)}
          />
        </Dialog>
      )}
    </Panel>
  );
}
