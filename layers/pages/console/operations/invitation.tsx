/** Invite a user to choose a password: by mail, or by a link that the administrator hands over. */
import { call } from "../api/call";
import { BASE } from "../api/send";
import type { Schema } from "../api/types";
import { say } from "../parts/toast";
import { time } from "../parts/values";
import { ShownOnce } from "./shown_once";

export type Invitation = Schema<"Invitation">;

/** Gives the link to hand over; undefined if the user gets it by mail. */
export async function invite(id: string, idempotencyKey: string): Promise<Invitation | undefined> {
  const answer = await call("post", "/users/{id}/invite", { ids: [id], idempotencyKey });
  if (answer.status !== 202) return answer.data;
  say("The user gets a link by mail.");
  return undefined;
}

export function InvitationLink({
  email,
  invitation,
  onClose,
}: {
  email: string;
  invitation: Invitation;
  onClose: () => void;
}) {
  const link = invitation.link ?? `${BASE}console#token=${invitation.token}`;
  return (
    <ShownOnce title="A link for the user" what="link" secret={link} onClose={onClose}>
      <p>
        With it, {email} chooses a password. It works once, until {time(invitation.expires_at)}, and is shown only now.
        Hand it over in a way that nobody else sees.
      </p>
    </ShownOnce>
  );
}
