/** Disable or enable a user, send an invitation, and take away a second factor that was lost. */
import { useState } from "preact/hooks";
import { call } from "../api/call";
import { useAction } from "../api/hooks";
import { Confirm } from "../parts/confirm";
import { Failure } from "../parts/states";
import { say } from "../parts/toast";
import { type Invitation, InvitationLink, invite } from "./invitation";
import type { UserChange } from "./user_form";

interface UserActionsProps extends UserChange {
  /** Whether the user is being read again, so that a change would meet an old ETag. */
  isStale: boolean;
}

export function UserActions({ user, etag, reload, isStale }: UserActionsProps) {
  const [invitation, setInvitation] = useState<Invitation>();
  const [isResetting, setResetting] = useState(false);
  const toggle = useAction(async (_key, active: boolean, ifMatch: string) => {
    const body = { active, user_type: null, roles: null };
    await call("patch", "/users/{id}", { ids: [user.user_id], body, ifMatch });
    say(active ? "The user is enabled." : "The user is disabled, and all sessions were ended.");
    reload();
  });
  const isBusy = toggle.isRunning || isStale;
  const send = useAction(async (key, id: string) => setInvitation(await invite(id, key)));
  return (
    <>
      {user.active && (
        <>
          <button type="button" class="button" aria-disabled={send.isRunning} onClick={() => send.run(user.user_id)}>
            {user.invited ? "Invite again" : "Link for a new password"}
          </button>
          <button type="button" class="button" onClick={() => setResetting(true)}>
            Reset second factor
          </button>
        </>
      )}
      <button
        type="button"
        class={user.active ? "button is-danger-quiet" : "button"}
        aria-disabled={isBusy}
        onClick={() => isBusy || toggle.run(!user.active, etag)}
      >
        {user.active ? "Disable" : "Enable"}
      </button>
      <Failure problem={toggle.problem ?? send.problem} retry={reload} />
      {isResetting && <ResetFactor user={user} reload={reload} onClose={() => setResetting(false)} />}
      {invitation && (
        <InvitationLink email={user.email} invitation={invitation} onClose={() => setInvitation(undefined)} />
      )}
    </>
  );
}

function ResetFactor({ user, reload, onClose }: Omit<UserChange, "etag"> & { onClose: () => void }) {
  const reset = useAction(async (_key, id: string) => {
    await call("delete", "/users/{id}/mfa", { ids: [id] });
    say("The user has no second factor any more.");
    onClose();
    reload();
  });
  return (
    <Confirm
      title="Reset the second factor?"
      submit="Reset it"
      action={reset}
      run={() => reset.run(user.user_id)}
      close={onClose}
    >
      <p>
        {user.email} loses the second factor and all passkeys, and all sessions end. This cannot be undone. Make sure
        first that it is the user who asks.
      </p>
    </Confirm>
  );
}
