/** A queue: its numbers, what its dead messages are about, and sending them back. */
import { useGet } from "../api/hooks";
import type { Schema } from "../api/types";
import { Page, Panel } from "../parts/page";
import { Reload } from "../parts/reload";
import { Empty, Loading } from "../parts/states";
import { count, Fact, Facts, Time } from "../parts/values";
import { href } from "../router";
import { belongsTo, currentUser } from "../session/session";
import { Redrive } from "./redrive";
import { mayOperate } from "./rights";

type Details = Schema<"QueueDetails">;

export function QueuePage({ name }: { name: string }) {
  const queue = useGet("/admin/queues/{name}", { ids: [name] });
  return (
    <Page title={name} above={{ title: "Operations", href: href(["operations"]) }} actions={<Reload of={queue} />}>
      <Loading from={queue}>
        {(details) => (
          <>
            <Numbers queue={details} />
            <DeadMessages queue={details} reload={queue.reload} />
          </>
        )}
      </Loading>
    </Page>
  );
}

function Numbers({ queue }: { queue: Details }) {
  const numbers = { Waiting: queue.waiting, "In flight": queue.inFlight, Delayed: queue.delayed, Dead: queue.dead };
  return (
    <Panel title="Messages" note="All numbers are approximate.">
      <Facts>
        {Object.entries(numbers).map(
          ([title, value]) =>
            value !== null && (
              <Fact key={title} name={title}>
                {count(value)}
              </Fact>
            ),
        )}
      </Facts>
    </Panel>
  );
}

function DeadMessages({ queue, reload }: { queue: Details; reload: () => void }) {
  const { messages, dead, advice } = queue;
  return (
    <Panel title="Dead messages" note="Only identifiers are shown, and only those of your tenant.">
      {advice && dead > 0 && <p>These record failed calls and cannot be sent again. {advice}</p>}
      {!advice && dead > 0 && mayOperate() && <Redrive name={queue.name} dead={dead} done={reload} />}
      {messages.length === 0 ? (
        <Empty title={dead ? "None can be read at this moment." : "There are none."}>
          {dead > 0 && <p>Another call holds them. Reload in a minute.</p>}
        </Empty>
      ) : (
        <ul class="rows">
          {messages.map((message) => (
            <DeadMessage key={message.id} message={message} />
          ))}
        </ul>
      )}
      {messages.length > 0 && dead > messages.length && (
        <p class="is-faint">
          {count(messages.length)} of about {count(dead)} are shown.
        </p>
      )}
    </Panel>
  );
}

function DeadMessage({ message }: { message: Schema<"DeadMessage"> }) {
  const about = Object.entries(message.about);
  return (
    <li>
      <div>
        {about.length === 0 && <p>Nothing in it can be shown.</p>}
        <dl class="about">
          {about.map(([member, id]) => (
            <div key={member}>
              <dt>{member}</dt>
              <dd>
                <About member={member} id={id} />
              </dd>
            </div>
          ))}
        </dl>
        <p class="is-faint">
          Sent <Time iso={message.sentAt} />, received{" "}
          {message.receives === 1 ? "once" : `${count(message.receives)} times`}
        </p>
      </div>
    </li>
  );
}

function About({ member, id }: { member: string; id: string }) {
  if (member === "claimId" && belongsTo(currentUser(), ["claims", "support"])) {
    return (
      <a href={href(["claims", id])}>
        <code>{id}</code>
      </a>
    );
  }
  return <code>{id}</code>;
}
