/** Change the password. */
import { useState } from "preact/hooks";
import { call } from "../api/call";
import { useAction } from "../api/hooks";
import type { Schema } from "../api/types";
import { Form, TextField } from "../parts/form";
import { NewPasswordField } from "../parts/new_password_field";
import { Panel } from "../parts/page";
import { say } from "../parts/toast";
import { currentUser } from "../session/session";

export function PasswordPanel() {
  const [current, setCurrent] = useState("");
  const [chosen, setChosen] = useState("");
  const change = useAction(async (_key, body: Schema<"PasswordChange">) => {
    await call("post", "/auth/password", { body });
    setCurrent("");
    setChosen("");
    say("The password was changed, and all other sessions were ended.");
  });
  return (
    <Panel title="Password" note="A new one ends all other sessions.">
      <Form
        onSubmit={() => change.run({ current_password: current, new_password: chosen })}
        submit="Change the password"
        isRunning={change.isRunning}
        problem={change.problem}
        pointers={["/current_password", "/new_password"]}
      >
        {/* For password managers: whose password it is. */}
        <input type="email" autocomplete="username" value={currentUser().email} readOnly hidden />
        <TextField
          label="Current password"
          value={current}
          onInput={setCurrent}
          pointer="/current_password"
          problem={change.problem}
          input={{ type: "password", autocomplete: "current-password" }}
        />
        <NewPasswordField value={chosen} onInput={setChosen} problem={change.problem} />
      </Form>
    </Panel>
  );
}
