/** Set up an authenticator app: scan, keep the recovery codes, confirm with a first code. Or add a passkey instead. */
import { useState } from "preact/hooks";
import { call } from "../api/call";
import { useAction } from "../api/hooks";
import type { Schema } from "../api/types";
import { Failure } from "../parts/states";
import { say } from "../parts/toast";
import { Code } from "../parts/values";
import { hasPasskeys } from "../session/passkeys";
import { enrolled } from "../session/session";
import { CodeForm } from "./code_form";
import { NewPasskey } from "./passkeys_panel";
import { QrCode } from "./qr_code";

/** What users see who must have a second factor before anything else. */
export function Enrolment() {
  return (
    <>
      <h2>Authenticator app</h2>
      <AppSetup done={enrolled} />
      {hasPasskeys() && (
        <>
          <h2>Or a passkey</h2>
          <NewPasskey added={enrolled} />
        </>
      )}
    </>
  );
}

export function AppSetup({ done }: { done: () => unknown }) {
  const [enrolment, setEnrolment] = useState<Schema<"Enrolment">>();
  const begin = useAction(async (_key) => setEnrolment((await call("post", "/auth/mfa")).data));
  const confirm = async (otp: string) => {
    await call("post", "/auth/mfa/confirm", { body: { otp } });
    setEnrolment(undefined);
    say("The second factor is set up. From now on, a login asks for a code.");
    await done();
  };
  if (enrolment) return <Scan enrolment={enrolment} confirm={confirm} cancel={() => setEnrolment(undefined)} />;
  return (
    <>
      <Failure problem={begin.problem} />
      <div class="actions">
        <button type="button" class="button is-main" aria-disabled={begin.isRunning} onClick={() => begin.run()}>
          Set up an app
        </button>
      </div>
    </>
  );
}

interface ScanProps {
  enrolment: Schema<"Enrolment">;
  confirm: (otp: string) => Promise<unknown>;
  cancel: () => void;
}

function Scan({ enrolment, confirm, cancel }: ScanProps) {
  const { otpauth_url, recovery_codes } = enrolment;
  return (
    <div class="form">
      <p>1. Scan this with an authenticator app, or open or copy the address below it.</p>
      <QrCode text={otpauth_url} label="QR code of the address below" />
      <p>
        <a href={otpauth_url}>Open in an app on this device</a>
      </p>
      <Code text={otpauth_url} what="address" />
      <p>2. Keep these recovery codes. They are shown only now; each replaces a code of the app once.</p>
      <ul class="codes" aria-label="Recovery codes">
        {recovery_codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <button type="button" class="button" onClick={() => copy(recovery_codes)}>
        Copy the recovery codes
      </button>
      <p>3. Enter the code that the app shows. Only then is the second factor in force.</p>
      <CodeForm submit="Confirm" hint="Six digits." send={confirm} cancel={cancel} />
    </div>
  );
}

async function copy(codes: readonly string[]): Promise<void> {
  await navigator.clipboard.writeText(codes.join("\n"));
  say("Copied the recovery codes.");
}
