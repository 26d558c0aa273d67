/** A user: type, roles and state, and the sessions. */
import { call } from "../api/call";
import { useAction, useGet } from "../api/hooks";
import { Page, Panel } from "../parts/page";
import { SessionRows } from "../parts/sessions";
import { Empty, Failure, Loading } from "../parts/states";
import { say } from "../parts/toast";
import { Code, Fact, Facts, Time, words } from "../parts/values";
import { href } from "../router";
import { currentUser } from "../session/session";
import { isAdmin } from "./rights";
import { UserActions } from "./user_actions";
import { UserForm } from "./user_form";
import { rolesText, type User, UserState } from "./user_words";

export function UserPage({ id }: { id: string }) {
  const user = useGet("/users/{id}", { ids: [id] });
  const { data, etag } = user;
  const isOwn = id === currentUser().user_id;
  return (
    <Page
      title={data?.email ?? "User"}
      above={{ title: "Users", href: href(["operations", "users"]) }}
      badge={data && <UserState user={data} />}
      actions={
        data &&
        etag &&
        isAdmin() &&
        !isOwn && <UserActions user={data} etag={etag} reload={user.reload} isStale={user.isLoading} />
      }
    >
      <Loading from={user}>
        {(shown) => (
          <>
            <div class="columns">
              <UserFacts user={shown} />
              {isAdmin() && !isOwn && etag && <UserForm user={shown} etag={etag} reload={user.reload} />}
            </div>
            {isOwn && (
              <p>
                This is you: another administrator changes your rights. <a href={href(["account"])}>Your account</a>
              </p>
            )}
          </>
        )}
      </Loading>
      {data && <Sessions key={`${data.active}`} id={id} />}
    </Page>
  );
}

function UserFacts({ user }: { user: User }) {
  return (
    <Panel title="User">
      <Facts>
        <Fact name="Type">{words(user.user_type)}</Fact>
        <Fact name="Roles">{user.user_type === "admin" ? "All" : rolesText(user.roles)}</Fact>
        <Fact name="Since">
          <Time iso={user.created_at} />
        </Fact>
        {user.reference_id && (
          <Fact name="In the directory">
            <Code text={user.reference_id} />
          </Fact>
        )}
        <Fact name="User id">
          <Code text={user.user_id} what="user id" />
        </Fact>
      </Facts>
    </Panel>
  );
}

function Sessions({ id }: { id: string }) {
  const sessions = useGet("/users/{id}/sessions", { ids: [id] });
  const end = useAction(async (_key, session: string) => {
    await call("delete", "/users/{id}/sessions/{session_id}", { ids: [id, session] });
    say("The session was ended.");
    sessions.reload();
  });
  const endAll = useAction(async () => {
    await call("delete", "/users/{id}/sessions", { ids: [id] });
    say("All sessions of the user were ended.");
    sessions.reload();
  });
  const hasSome = (sessions.data?.items.length ?? 0) > 0;
  return (
    <Panel title="Sessions" note="Where this user is logged in. Who is logged out can log in again.">
      <Failure problem={end.problem ?? endAll.problem} />
      <Loading from={sessions}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="The user is not logged in anywhere." />
          ) : (
            <SessionRows
              entries={items}
              action={(entry) =>
                isAdmin() && (
                  <button type="button" class="button" onClick={() => end.run(entry.id)}>
                    End
                  </button>
                )
              }
            />
          )
        }
      </Loading>
      {isAdmin() && hasSome && (
        <div class="actions">
          <button type="button" class="button" aria-disabled={endAll.isRunning} onClick={() => endAll.run()}>
            End all
          </button>
        </div>
      )}
    </Panel>
  );
}
