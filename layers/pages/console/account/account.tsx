/** The account: who is logged in and where else, password and second factors, and what this browser shows. */
import { call } from "../api/call";
import { useAction, useGet } from "../api/hooks";
import type { Schema } from "../api/types";
import { Page, Panel } from "../parts/page";
import { keys, THEMES, theme } from "../parts/preferences";
import { SessionRows } from "../parts/sessions";
import { Failure, Loading } from "../parts/states";
import { useStore } from "../parts/store";
import { say } from "../parts/toast";
import { Code, Fact, Facts, words } from "../parts/values";
import { currentUser, logOut } from "../session/session";
import { PasskeysPanel } from "./passkeys_panel";
import { PasswordPanel } from "./password_panel";
import { SecondFactorPanel } from "./second_factor_panel";

export { Enrolment } from "./enrolment";

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
      <div class="columns">
        <PasswordPanel />
        <SecondFactorPanel />
      </div>
      <PasskeysPanel />
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
          <SessionRows
            entries={list.items}
            action={(entry) => (
              <button type="button" class="button" onClick={() => end.run(entry)}>
                {entry.current ? "Log out" : "End"}
              </button>
            )}
          />
        )}
      </Loading>
    </Panel>
  );
}
