/** A patient at a glance: age, body mass index, health score, and what is current. */
import { useGet } from "../../api/hooks";
import type { Schema } from "../../api/types";
import { Panel } from "../../parts/page";
import { Loading } from "../../parts/states";
import { Day, Time, words } from "../../parts/values";
import { href } from "../../router";

export function Dashboard({ id, headers = {} }: { id: string; headers?: Record<string, string> }) {
  const dashboard = useGet("/api/v1/patients/{id}/dashboard", { ids: [id], headers });
  return (
    <Loading from={dashboard} lines={4}>
      {(data) => (
        <>
          <Figures dashboard={data} />
          <div class="columns">
            <Panel title="Current conditions">
              <Names entries={data.conditions} />
            </Panel>
            <Panel title="Current medications">
              <Names entries={data.medications} />
            </Panel>
          </div>
        </>
      )}
    </Loading>
  );
}

function Figures({ dashboard }: { dashboard: Schema<"Dashboard"> }) {
  const { age, bmi, bmi_class, health_score, health_score_parts, next_appointment: next } = dashboard;
  return (
    <>
      <div class="tiles">
        <Figure title="Age" value={String(age)} note="years" />
        <Figure
          title="Body mass index"
          value={bmi === null ? "Unknown" : String(bmi)}
          note={bmi_class ? words(bmi_class) : "Height and weight are missing"}
        />
        <Figure title="Health score" value={String(health_score)} note="of 100" />
        <section class="tile">
          <h2>
            {next ? <a href={href(["directory", "appointments", next.id])}>Next appointment</a> : "Next appointment"}
          </h2>
          <p class="tile-value">{next ? <Day iso={next.start} /> : "None"}</p>
          <p class="is-faint">{next && <Time iso={next.start} />}</p>
        </section>
      </div>
      <Panel title="The parts of the health score" note="A rule of thumb for a first look, not a medical judgement.">
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">Part</th>
              <th scope="col" class="is-number">
                Points
              </th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {health_score_parts.map((part) => (
              <tr key={part.name}>
                <th scope="row">{words(part.name)}</th>
                <td class="is-number">{part.points < 0 ? `−${-part.points}` : `+${part.points}`}</td>
                <td>{part.explanation}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
    </>
  );
}

function Figure({ title, value, note }: { title: string; value: string; note: string }) {
  return (
    <section class="tile">
      <h2>{title}</h2>
      <p class="tile-value">{value}</p>
      <p class="is-faint">{note}</p>
    </section>
  );
}

export function Names({ entries }: { entries: readonly Schema<"Entry">[] }) {
  if (!entries.length) return <p class="is-faint">None</p>;
  return (
    <ul class="rows">
      {entries.map((entry) => (
        <li key={entry.id}>
          <EntryText entry={entry} />
        </li>
      ))}
    </ul>
  );
}

export function EntryText({
  entry,
}: {
  entry: Pick<Schema<"Entry">, "name" | "code_system" | "code" | "since" | "until">;
}) {
  const { name, code_system, code, since, until } = entry;
  return (
    <div>
      <p>
        <strong>{name}</strong>
      </p>
      <p class="is-faint">
        {code && (
          <>
            {code_system} {code}
            {since || until ? " · " : ""}
          </>
        )}
        {since && (
          <>
            since <Day iso={since} />
          </>
        )}
        {until && (
          <>
            {" "}
            until <Day iso={until} />
          </>
        )}
      </p>
    </div>
  );
}
