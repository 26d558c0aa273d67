/** Choose a day, to read the plan as it was then. */
import { useState } from "preact/hooks";
import { TextField } from "../parts/form";
import { go } from "../router";

export function AsOfForm({ id, asOf = "" }: { id: string; asOf?: string }) {
  const [date, setDate] = useState(asOf.slice(0, 10));
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        if (date) go(["plans", id], { asOf: date });
      }}
    >
      <TextField
        label="As of the end of (UTC)"
        value={date}
        onInput={setDate}
        input={{ type: "date", required: true }}
      />
      <button type="submit" class="button">
        Read as of then
      </button>
    </form>
  );
}
