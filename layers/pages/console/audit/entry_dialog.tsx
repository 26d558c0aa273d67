/** All that the ledger has of one call. */
import { Dialog } from "../parts/dialog";
import { UserName } from "../parts/user_name";
import { Code, count, Fact, Facts, Time, words } from "../parts/values";
import { href } from "../router";
import { type Entry, Outcome, subjectText } from "./entries_page";

export function EntryDialog({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  return (
    <Dialog title={words(entry.operation)} onClose={onClose}>
      <Facts>
        <Fact name="When">
          <Time iso={entry.at} />
        </Fact>
        <Fact name="Access">{words(entry.access)}</Fact>
        <Fact name="Outcome">
          <Outcome entry={entry} />
        </Fact>
        <Fact name="User">
          <UserName id={entry.user} />
          <p>
            <a href={href(["audit"], { user: entry.user })}>All calls of this user</a>
          </p>
        </Fact>
        <Fact name="Type and roles">
          {words(entry.user_type)}
          {entry.roles.length > 0 && `: ${entry.roles.map(words).join(", ")}`}
        </Fact>
        {entry.person && <Fact name="Who is in the directory as">{<Code text={entry.person} />}</Fact>}
        {entry.reason && <Fact name="Reason">{entry.reason}</Fact>}
        {Object.entries(entry.path).map(([name, value]) => (
          <Fact key={name} name={`In the path: ${name}`}>
            <code>{value}</code>
          </Fact>
        ))}
        <Fact name="Address">{entry.address || "Unknown"}</Fact>
        <Fact name="Device">{entry.device || "Unknown"}</Fact>
        <Fact name="Request">
          <Code text={entry.request_id} what="request id" />
        </Fact>
        <Fact name="Place in the ledger">
          {entry.day}, number {count(entry.number)}
        </Fact>
        {entry.amends && <Fact name="Completes the entry">{entry.amends}</Fact>}
      </Facts>
      <Subjects entry={entry} />
    </Dialog>
  );
}

function Subjects({ entry }: { entry: Entry }) {
  return (
    <details class="ids">
      <summary>
        Whose data: <strong>{count(entry.subject_count)}</strong>
      </summary>
      <ul>
        {entry.subjects.map((subject) => (
          <li key={subject}>
            <a href={href(["audit"], { patient: subject.slice(subject.indexOf(":") + 1) })}>{subjectText(subject)}</a>
          </li>
        ))}
      </ul>
      {entry.subject_count > entry.subjects.length && <p class="is-faint">The ledger names the first of them.</p>}
    </details>
  );
}
