/** What the pages about users and machines share: their types, roles and states. */
import { useId } from "preact/hooks";
import type { Problem } from "../api/problem";
import type { Schema } from "../api/types";
import { Badge } from "../parts/badge";
import { words } from "../parts/values";

export type User = Schema<"UserEntry">;
export type Role = User["roles"][number];
export type PersonType = Schema<"NewUser">["user_type"];

export const PERSON_TYPES: readonly PersonType[] = ["staff", "admin", "doctor", "institution", "patient"];
export const ROLES: readonly Role[] = ["plans", "claims", "intake", "directory", "support", "operations", "audit"];

export const rolesText = (roles: readonly Role[]): string => roles.map(words).join(", ") || "None";

export function UserState({ user }: { user: User }) {
  if (!user.active) return <Badge state="disabled" tone="bad" />;
  return user.invited ? <Badge state="invited" tone="busy" /> : <Badge state="active" />;
}

interface RolesFieldProps {
  value: readonly Role[];
  onInput: (roles: Role[]) => void;
  problem: Problem | undefined;
}

export function RolesField({ value, onInput, problem }: RolesFieldProps) {
  const id = useId();
  const faults = problem?.about("/roles") ?? [];
  const change = (role: Role, isOn: boolean) =>
    onInput(ROLES.filter((each) => (each === role ? isOn : value.includes(each))));
  return (
    <div class={faults.length ? "field is-wrong" : "field"}>
      <fieldset class="choices" aria-describedby={id}>
        <legend>Roles</legend>
        {ROLES.map((role) => (
          <label key={role}>
            <input
              type="checkbox"
              checked={value.includes(role)}
              onChange={(event) => change(role, event.currentTarget.checked)}
            />
            {words(role)}
          </label>
        ))}
      </fieldset>
      <p id={id} class="field-note">
        {faults.join("; ")}
      </p>
    </div>
  );
}
