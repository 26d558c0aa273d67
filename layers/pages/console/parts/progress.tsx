/** How far something is, as a bar and in words. */
import { useId } from "preact/hooks";

export function Progress({ label, value, max }: { label: string; value?: number; max: number }) {
  const id = useId();
  return (
    <div class="progress">
      <label htmlFor={id}>{label}</label>
      <progress id={id} max={max} {...(value === undefined ? {} : { value: Math.min(value, max) })} />
    </div>
  );
}
