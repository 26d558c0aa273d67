/** Forms: labelled fields with the messages of the API beside them. */
import { useId } from "preact/hooks";
import type { Problem } from "../api/problem";
import { Failure } from "./states";

interface FieldProps {
  label: string;
  /** Explains what is expected. */
  hint?: string;
  /** The place of this field in the body (a JSON pointer): the problem's messages about it are shown. */
  pointer?: string;
  problem?: Problem | undefined;
  children: (props: { id: string; "aria-describedby": string; "aria-invalid": boolean }) => preact.ComponentChildren;
}

export function Field({ label, hint, pointer, problem, children }: FieldProps) {
  const id = useId();
  const faults = pointer === undefined ? [] : (problem?.about(pointer) ?? []);
  return (
    <div class={faults.length ? "field is-wrong" : "field"}>
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": `${id}-note`, "aria-invalid": faults.length > 0 })}
      <p id={`${id}-note`} class="field-note">
        {faults.length ? faults.join("; ") : hint}
      </p>
    </div>
  );
}

type InputAttributes = Omit<preact.JSX.IntrinsicElements["input"], "onInput" | "value" | "ref">;
interface TextFieldProps extends Omit<FieldProps, "children"> {
  value: string;
  onInput: (value: string) => void;
  input?: InputAttributes;
}

export function TextField({ value, onInput, input, ...field }: TextFieldProps) {
  return (
    <Field {...field}>
      {(given) => (
        <input
          {...(input as object)}
          {...given}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function LongTextField({
  value,
  onInput,
  rows = 3,
  ...field
}: Omit<TextFieldProps, "input"> & { rows?: number }) {
  return (
    <Field {...field}>
      {(given) => (
        <textarea {...given} rows={rows} value={value} onInput={(event) => onInput(event.currentTarget.value)} />
      )}
    </Field>
  );
}

interface SelectFieldProps extends Omit<FieldProps, "children"> {
  value: string;
  onInput: (value: string) => void;
  /** Value → text, in their order. */
  options: readonly (readonly [string, string])[];
}

export function SelectField({ value, onInput, options, ...field }: SelectFieldProps) {
  return (
    <Field {...field}>
      {(given) => (
        <select {...given} value={value} onInput={(event) => onInput(event.currentTarget.value)}>
          {options.map(([each, text]) => (
            <option key={each} value={each}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface FormProps {
  onSubmit: () => void;
  submit: string;
  isRunning: boolean;
  problem?: Problem | undefined;
  /** The pointers of the form's fields: faults elsewhere are listed above the button. */
  pointers?: readonly string[];
  isDangerous?: boolean;
  cancel?: () => void;
  children: preact.ComponentChildren;
}

export function Form({
  onSubmit,
  submit,
  isRunning,
  problem,
  pointers = [],
  isDangerous,
  cancel,
  children,
}: FormProps) {
  const isAtFields = problem?.faults.length && problem.faults.every((fault) => pointers.includes(fault.pointer));
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isRunning) onSubmit();
      }}
    >
      {children}
      {isAtFields ? (
        <p class="field-note is-bad" role="alert">
          {problem.message}
        </p>
      ) : (
        <Failure problem={problem} />
      )}
      <div class="actions">
        <button type="submit" class={isDangerous ? "button is-danger" : "button is-main"} aria-disabled={isRunning}>
          {isRunning ? "Please wait …" : submit}
        </button>
        {cancel && (
          <button type="button" class="button" onClick={cancel}>
            Cancel
          </button>
        )}
      </div>
    </form>
  );
}
