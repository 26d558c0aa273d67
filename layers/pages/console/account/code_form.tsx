/** A form for a code of the authenticator app. */
import { useState } from "preact/hooks";
import { useAction } from "../api/hooks";
import { Form, TextField } from "../parts/form";

interface CodeFormProps {
  submit: string;
  hint: string;
  isDangerous?: boolean;
  /** Raises Problem. */
  send: (otp: string) => Promise<unknown>;
  cancel?: () => void;
}

export function CodeForm({ submit, hint, isDangerous = false, send, cancel }: CodeFormProps) {
  const [otp, setOtp] = useState("");
  const sending = useAction(async (_key, code: string) => send(code));
  return (
    <Form
      onSubmit={() => sending.run(otp.trim())}
      submit={submit}
      isRunning={sending.isRunning}
      problem={sending.problem}
      pointers={["/otp"]}
      isDangerous={isDangerous}
      {...(cancel ? { cancel } : {})}
    >
      <TextField
        label="Code"
        hint={hint}
        value={otp}
        onInput={setOtp}
        pointer="/otp"
        problem={sending.problem}
        input={{ autocomplete: "one-time-code", inputMode: "text", spellcheck: false }}
      />
    </Form>
  );
}
