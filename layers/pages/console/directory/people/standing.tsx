/** Whether an institution is verified, open and accredited; the directory's staff decide it. */
import { call } from "../../api/call";
import { useAction } from "../../api/hooks";
import type { Schema } from "../../api/types";
import { Badge } from "../../parts/badge";
import { ChangedMeanwhile } from "../../parts/changed_meanwhile";
import { Panel } from "../../parts/page";
import { Failure } from "../../parts/states";
import { say } from "../../parts/toast";
import { Day, Fact, Facts } from "../../parts/values";
import { currentUser } from "../../session/session";
import { manages } from "../rights";
import type { ChangeablePerson } from "./profile_form";

const SOON_MS = 90 * 86_400_000;

export function Standing({ person, etag, isLoading, reload }: ChangeablePerson) {
  const institution = person as Schema<"Institution">;
  const { is_verified, is_active } = institution;
  const change = useAction(async (_key, body: Partial<Schema<"InstitutionChanges">>, done: string) => {
    await call("put", "/api/v1/institutions/{id}", { ids: [person.id], body, ifMatch: etag });
    say(done);
    reload();
  });
  const isBusy = change.isRunning || isLoading;
  const set = (body: Partial<Schema<"InstitutionChanges">>, done: string) => {
    if (!isBusy) change.run(body, done);
  };
  const isStale = change.problem?.status === 412;
  return (
    <Panel title="Verification and accreditation">
      <ChangedMeanwhile
        problem={change.problem}
        reread={() => {
          change.forget();
          reload();
        }}
      />
      <Failure problem={isStale ? undefined : change.problem} />
      <Facts>
        <Fact name="Verification">
          <Badge state="verified" tone={is_verified ? "good" : "warn"}>
            {is_verified ? "Verified" : "Not verified"}
          </Badge>
        </Fact>
        <Fact name="Doctors and patients">
          <Badge state="open" tone={is_active ? "good" : "bad"}>
            {is_active ? "Can be assigned to it" : "Nobody can be assigned to it"}
          </Badge>
        </Fact>
        <Fact name="Accreditation">
          <Accreditation institution={institution} />
        </Fact>
      </Facts>
      {manages(currentUser()) && (
        <div class="actions">
          <button
            type="button"
            class="button"
            aria-disabled={isBusy}
            onClick={() => set({ is_verified: !is_verified }, is_verified ? "Not verified any more." : "Verified.")}
          >
            {is_verified ? "Take the verification back" : "Mark as verified"}
          </button>
          <button
            type="button"
            class="button"
            aria-disabled={isBusy}
            onClick={() => set({ is_active: !is_active }, is_active ? "Closed." : "Open.")}
          >
            {is_active ? "Close to assignments" : "Open to assignments"}
          </button>
        </div>
      )}
    </Panel>
  );
}

export function Accreditation({ institution }: { institution: Schema<"Institution"> }) {
  const { accredited_until: until, accrediting_body: body } = institution;
  if (!until) return <Badge state="none">{body ? `By ${body}, without an end` : "None known"}</Badge>;
  // It holds until the end of its last day.
  const left = Date.parse(`${until}T23:59:59Z`) - Date.now();
  const [tone, word] =
    left < 0
      ? (["bad", "Ended"] as const)
      : left < SOON_MS
        ? (["warn", "Ends"] as const)
        : (["good", "Until"] as const);
  return (
    <>
      <Badge state="accredited" tone={tone}>
        {word} <Day iso={until} />
      </Badge>
      {body && <> by {body}</>}
    </>
  );
}
