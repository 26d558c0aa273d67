/** Check the ledger part by part, until its end or until the user stops it. */
import { useRef, useState } from "preact/hooks";
import { call } from "../api/call";
import { useAction } from "../api/hooks";
import type { Schema } from "../api/types";
import { Form, TextField } from "../parts/form";
import { Page, Panel } from "../parts/page";
import { Progress } from "../parts/progress";
import { count, day as dayText, words } from "../parts/values";
import { AuditTabs } from "./audit_tabs";

interface Found {
  entries: number;
  /** The last day that was looked at. */
  day: string | null;
  faults: Schema<"AuditFault">[];
  isComplete: boolean;
}

export function VerifyPage() {
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [found, setFound] = useState<Found>();
  const isStopped = useRef(false);
  const verify = useAction(async (_key, first: string, last: string) => {
    isStopped.current = false;
    const sum: Found = { entries: 0, day: null, faults: [], isComplete: false };
    let cursor: string | null | undefined;
    do {
      setFound({ ...sum });
      const { data } = await call("get", "/admin/audit/verify", { query: { from: first, to: last, cursor } });
      sum.entries += data.entries;
      sum.day = data.day ?? sum.day;
      sum.faults = [...sum.faults, ...data.faults];
      cursor = data.nextCursor;
    } while (cursor && !isStopped.current);
    setFound({ ...sum, isComplete: !cursor });
  });
  const stop = () => {
    isStopped.current = true;
  };
  return (
    <Page title="Verify the audit">
      <AuditTabs here="verify" />
      <Panel title="Period" note="Without days, all of the ledger. Table and files are read and compared.">
        <Form
          onSubmit={() => verify.run(from, to)}
          submit="Verify"
          isRunning={verify.isRunning}
          problem={verify.problem}
          pointers={["/from", "/to"]}
          {...(verify.isRunning ? { cancel: stop } : {})}
        >
          <TextField
            label="From day (UTC)"
            value={from}
            onInput={setFrom}
            pointer="/from"
            problem={verify.problem}
            input={{ type: "date" }}
          />
          <TextField
            label="To day (UTC)"
            value={to}
            onInput={setTo}
            pointer="/to"
            problem={verify.problem}
            input={{ type: "date" }}
          />
        </Form>
      </Panel>
      {found && <Result found={found} isRunning={verify.isRunning} />}
    </Page>
  );
}

function Result({ found: { entries, day, faults, isComplete }, isRunning }: { found: Found; isRunning: boolean }) {
  const reach = day ? `, up to ${dayText(day)}` : "";
  return (
    <Panel title="Result">
      {isRunning ? (
        <Progress label={`${count(entries)} entries verified${reach}`} max={1} />
      ) : (
        <p role="status">
          {count(entries)} entries verified{reach}
          {isComplete ? "." : "; it was not finished."}{" "}
          {faults.length === 0 && entries > 0 && "No fault: table and files are as they were written."}
        </p>
      )}
      {faults.length > 0 && (
        <ul class="is-bad">
          {faults.map((fault) => (
            <li key={`${fault.store} ${fault.kind} ${fault.day}`}>
              {words(fault.kind)} in the {fault.store}: {dayText(fault.day)}, from number {count(fault.number)} on
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
