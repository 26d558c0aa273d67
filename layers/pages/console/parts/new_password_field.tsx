/** A password that somebody chooses. It can be shown, so that it need not be typed twice. */
import { useState } from "preact/hooks";
import type { Problem } from "../api/problem";
import { TextField } from "./form";

interface NewPasswordFieldProps {
  value: string;
  onInput: (value: string) => void;
  problem: Problem | undefined;
  label?: string;
  pointer?: string;
  /** Whether it is the first field of its page. */
  isFirst?: boolean;
}

export function NewPasswordField({
  value,
  onInput,
  problem,
  label = "New password",
  pointer = "/new_password",
  isFirst = false,
}: NewPasswordFieldProps) {
  const [isShown, show] = useState(false);
  return (
    <div>
      <TextField
        label={label}
        hint="8 characters or more; not a common one, and not like the e-mail."
        value={value}
        onInput={onInput}
        pointer={pointer}
        problem={problem}
        input={{
          type: isShown ? "text" : "password",
          autocomplete: "new-password",
          spellcheck: false,
          autofocus: isFirst,
        }}
      />
      <label class="choice">
        <input type="checkbox" checked={isShown} onChange={(event) => show(event.currentTarget.checked)} />
        Show what I type
      </label>
    </div>
  );
}
