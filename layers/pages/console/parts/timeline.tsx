/** What happened, one thing after another. */
import { UserName } from "./user_name";
import { Time } from "./values";

export interface Happening {
  key: string;
  title: string;
  at: string;
  /** The id of the user or machine that did it. */
  by?: string | null;
  detail?: preact.ComponentChildren;
  tone?: "good" | "bad" | "plain";
}

export function Timeline({ happenings }: { happenings: readonly Happening[] }) {
  return (
    <ol class="timeline">
      {happenings.map((each) => (
        <li key={each.key} class={`is-${each.tone ?? "plain"}`}>
          <p>
            <strong>{each.title}</strong>{" "}
            <span class="is-faint">
              <Time iso={each.at} />
              {each.by && (
                <>
                  {" "}
                  by <UserName id={each.by} />
                </>
              )}
            </span>
          </p>
          {each.detail && <div>{each.detail}</div>}
        </li>
      ))}
    </ol>
  );
}
