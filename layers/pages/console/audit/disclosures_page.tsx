/** The accounting of disclosures of a patient, as a CSV file. */
import { address, sendAsUser } from "../api/call";
import { useAction } from "../api/hooks";
import { useDraft } from "../parts/drafts";
import { Form, TextField } from "../parts/form";
import { Page, Panel } from "../parts/page";
import { say } from "../parts/toast";
import { AuditTabs } from "./audit_tabs";

export function DisclosuresPage() {
  const draft = useDraft("audit/disclosures", { patient: "", from: "", to: "" });
  const { patient, from, to } = draft.value;
  const download = useAction(async (_key, query: { patient: string; from: string; to: string }) => {
    const path = address("/admin/audit/disclosures", [], query);
    const answer = await sendAsUser({ method: "GET", path, isRepeatable: true });
    save(await answer.blob(), "disclosures.csv");
    draft.clear();
    say("The file was downloaded.");
  });
  const { problem } = download;
  return (
    <Page title="Disclosures">
      <AuditTabs here="disclosures" />
      <Panel
        title="Accounting of disclosures"
        note="Who was given a patient's data, when and for what (45 CFR 164.528): of six years, or of the days below."
      >
        <Form
          onSubmit={() => download.run({ patient: patient.trim(), from, to })}
          submit="Download as CSV"
          isRunning={download.isRunning}
          problem={problem}
          pointers={["/patient", "/from", "/to"]}
        >
          <TextField
            label="Patient id"
            hint="The id in the directory or the registry, or a subscriber number."
            value={patient}
            onInput={(value) => draft.set({ patient: value })}
            pointer="/patient"
            problem={problem}
            input={{ spellcheck: false, autocomplete: "off", "data-search": "" } as object}
          />
          <TextField
            label="From day (UTC)"
            value={from}
            onInput={(value) => draft.set({ from: value })}
            pointer="/from"
            problem={problem}
            input={{ type: "date" }}
          />
          <TextField
            label="To day (UTC)"
            value={to}
            onInput={(value) => draft.set({ to: value })}
            pointer="/to"
            problem={problem}
            input={{ type: "date" }}
          />
        </Form>
      </Panel>
    </Page>
  );
}

function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
