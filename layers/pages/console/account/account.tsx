/** The account: who is logged in, where else, and what this browser shows. */
import { call } from "../api/call";
import { useAction, useGet } from "../api/hooks";
import type { Schema } from "../api/types";
import { Badge } from "../parts/badge";
import { Page, Panel } from "../parts/page";
import { keys, THEMES, theme } from "../parts/preferences";
import { Failure, Loading } from "../parts/states";
import { useStore } from "../parts/store";
import { say } from "../parts/toast";
import { ago, Code, Fact, Facts, Time, words } from "../parts/values";
import { currentUser, logOut } from "../session/session";

export default function Account() {
  const user = currentUser();
  return (
    <Page title="Account">
      <div class="columns">
        <Panel title="You">
          <Facts>
            <Fact name="E-mail">{user.email}</Fact>
            <Fact name="Type">{words(user.user_type)}</Fact>
            <Fact name="Roles">{user.user_type === "admin" ? "All" : user.roles.map(words).join(", ") || "None"}</Fact>
            <Fact name="User id">
              <Code text={user.user_id} what="user id" />
            </Fact>
          </Facts>
        </Panel>
        <Appearance />
      </div>
      <Sessions />
    </Page>
  );
}

function Appearance() {
  const current = useStore(theme);
  const areKeysOn = useStore(keys);
  return (
    <Panel title="This browser">
      <fieldset class="choices">
        <legend>Theme</legend>
        {THEMES.map((each) => (
          <label key={each}>
            <input type="radio" name="theme" checked={each === current} onChange={() => theme.set(each)} />
            {each === "system" ? "As the system" : words(each)}
          </label>
        ))}
      </fieldset>
      <label class="choice">
        <input type="checkbox" checked={areKeysOn} onChange={(event) => keys.set(event.currentTarget.checked)} />
        Single keys are shortcuts (press ? for the list)
      </label>
    </Panel>
  );
}

function Sessions() {
  const sessions = useGet("/auth/sessions");
  const end = useAction(async (_key, entry: Schema<"SessionEntry">) => {
    if (entry.current) return logOut();
    await call("delete", "/auth/sessions/{id}", { ids: [entry.id] });
    say("The session was ended.");
    sessions.reload();
  });
  return (
    <Panel title="Sessions" note="Where you are logged in. End what you do not recognize, and change your password.">
      <Failure problem={end.problem} />
      <Loading from={sessions}>
        {(list) => (
          <ul class="rows">
            {list.items.map((entry) => (
              <li key={entry.id}>
                <div>
                  <p>
                    <strong>{browserOf(entry.device)}</strong>{" "}
                    {entry.current && (
                      <Badge state="current" tone="good">
                        This one
                      </Badge>
                    )}
                  </p>
                  <p class="is-faint">
                    {entry.address} · last used {ago(entry.last_used_at)} · since <Time iso={entry.created_at} />
                  </p>
                </div>
                <button type="button" class="button" onClick={() => end.run(entry)}>
                  {entry.current ? "Log out" : "End"}
                </button>
              </li>
            ))}
          </ul>
        )}
      </Loading>
    </Panel>
  );
}

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, "Edge"],
  [/Firefox\//, "Firefox"],
  [/Chrom(e|ium)\//, "Chrome"],
  [/Safari\//, "Safari"],
  [/payerworks|httpx/i, "The command payerworks"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS/, "macOS"],
  [/Linux|X11/, "Linux"],
];

/** A user agent as people know it; what is not recognized stays as it is. */
function browserOf(agent: string): string {
  const find = (names: typeof BROWSERS) => names.find(([pattern]) => pattern.test(agent))?.[1];
  const [browser, system] = [find(BROWSERS), find(SYSTEMS)];
  return browser ? [browser, system].filter(Boolean).join(" on ") : agent.slice(0, 60) || "Unknown device";
}
