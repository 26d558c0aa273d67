/** The page that an invitation, or the link of a forgotten password, opens: it sets a password with the link's token. */
import { useState } from "preact/hooks";
import { useAction } from "../api/hooks";
import { send } from "../api/send";
import { Form } from "../parts/form";
import { NewPasswordField } from "../parts/new_password_field";
import { linkToken } from "../router";
import { LoginCard } from "./login_card";

export function NewPasswordPage({ token }: { token: string }) {
  const [password, setPassword] = useState("");
  const [isSet, setDone] = useState(false);
  const reset = useAction(async (_key, chosen: string) => {
    await send({
      method: "POST",
      path: "auth/password/reset",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token, new_password: chosen }),
      isRepeatable: false,
    });
    setDone(true);
  });
  const leave = () => linkToken.set(null);
  if (isSet) {
    return (
      <LoginCard title="Your password is set">
        <p role="status">The link cannot be used again, and all sessions of before have ended.</p>
        <button type="button" class="button is-main" onClick={leave}>
          Go to the login
        </button>
      </LoginCard>
    );
  }
  return (
    <LoginCard title="Choose a password">
      <Form
        onSubmit={() => reset.run(password)}
        submit="Set the password"
        isRunning={reset.isRunning}
        problem={reset.problem}
        pointers={["/new_password"]}
      >
        <NewPasswordField value={password} onInput={setPassword} problem={reset.problem} isFirst />
      </Form>
      {reset.problem?.status === 400 && reset.problem.faults.length === 0 && (
        <p>
          A link works once, for 7 days after an invitation and for 30 minutes otherwise. Ask for another one at the
          login, or ask an administrator.
        </p>
      )}
      <button type="button" class="button is-quiet" onClick={leave}>
        Go to the login
      </button>
    </LoginCard>
  );
}
