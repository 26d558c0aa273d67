/** The login: e-mail and password, then a code where the account has a second factor. */
import { useEffect, useState } from "preact/hooks";
import { useAction } from "../api/hooks";
import type { Problem } from "../api/problem";
import { send } from "../api/send";
import { Form, TextField } from "../parts/form";
import { Failure } from "../parts/states";
import { LoginCard } from "./login_card";
import { hasPasskeys } from "./passkeys";
import { logIn, logInWithPasskey } from "./session";

export function LoginPage({ message }: { message: string | undefined }) {
  const [isForgotten, setForgotten] = useState(false);
  const [email, setEmail] = useState("");
  return (
    <LoginCard title={isForgotten ? "Forgotten password" : "Log in"}>
      {message && <p role="status">{message}</p>}
      {isForgotten ? (
        <ForgottenForm email={email} onEmail={setEmail} />
      ) : (
        <>
          <LoginForm email={email} onEmail={setEmail} />
          <PasskeyButton />
        </>
      )}
      <button type="button" class="button is-quiet" onClick={() => setForgotten(!isForgotten)}>
        {isForgotten ? "Back to the login" : "I have forgotten my password"}
      </button>
    </LoginCard>
  );
}

/** Shown where the browser has passkeys. */
export function PasskeyButton() {
  const login = useAction(() => logInWithPasskey());
  if (!hasPasskeys()) return null;
  return (
    <>
      <Failure problem={login.problem} />
      <button type="button" class="button" aria-disabled={login.isRunning} onClick={() => login.run()}>
        Use a passkey
      </button>
    </>
  );
}

/** Without `onEmail`, the e-mail is fixed: someone logs in again. */
export function LoginForm({ email, onEmail }: { email: string; onEmail?: (email: string) => void }) {
  const [password, setPassword] = useState("");
  const [otp, setOtp] = useState("");
  const [needsCode, setNeedsCode] = useState(false);
  const login = useAction((_key, given: string, secret: string, code: string) => logIn(given, secret, code));
  const asksForCode = isAskingForCode(login.problem);
  useEffect(() => {
    if (asksForCode) setNeedsCode(true);
  }, [asksForCode]);
  return (
    <Form
      onSubmit={() => login.run(email.trim(), password, otp.trim())}
      submit="Log in"
      isRunning={login.isRunning}
      problem={asksForCode ? undefined : login.problem}
      pointers={["/email", "/password", "/otp"]}
    >
      <TextField
        label="E-mail"
        value={email}
        onInput={(value) => onEmail?.(value)}
        pointer="/email"
        problem={login.problem}
        input={{ type: "email", autocomplete: "username", readOnly: !onEmail, spellcheck: false, autofocus: !!onEmail }}
      />
      <TextField
        label="Password"
        value={password}
        onInput={setPassword}
        pointer="/password"
        problem={login.problem}
        input={{ type: "password", autocomplete: "current-password", autofocus: !onEmail }}
      />
      {needsCode && (
        <TextField
          label="Code"
          hint="From your authenticator app, or one of your recovery codes."
          value={otp}
          onInput={setOtp}
          pointer="/otp"
          problem={login.problem}
          input={{ autocomplete: "one-time-code", inputMode: "text", autofocus: true, spellcheck: false }}
        />
      )}
    </Form>
  );
}

const isAskingForCode = (problem: Problem | undefined): boolean => problem?.members.mfa_required === true;

function ForgottenForm({ email, onEmail }: { email: string; onEmail: (email: string) => void }) {
  const [isSent, setSent] = useState(false);
  const request = useAction(async (_key, given: string) => {
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify({ email: given });
    await send({ method: "POST", path: "auth/password/forgotten", headers, body, isRepeatable: false });
    setSent(true);
  });
  if (isSent) {
    return (
      <>
        <p role="status">
          If this address has an account, a mail with a link for a new password is on its way. The link works once,
          within 30 minutes.
        </p>
        <p class="is-faint">No mail? Look at the address above, or ask an administrator for a link.</p>
      </>
    );
  }
  return (
    <Form
      onSubmit={() => request.run(email.trim())}
      submit="Send me a link"
      isRunning={request.isRunning}
      problem={request.problem}
      pointers={["/email"]}
    >
      <TextField
        label="E-mail"
        value={email}
        onInput={onEmail}
        pointer="/email"
        problem={request.problem}
        input={{ type: "email", autocomplete: "username", spellcheck: false }}
      />
    </Form>
  );
}
