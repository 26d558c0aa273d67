/** The name of a person whose id is known, as a link where its page can be read. */
import { call } from "../../api/call";
import { Problem } from "../../api/problem";
import { useName } from "../../parts/names";
import { href } from "../../router";
import { currentUser } from "../../session/session";
import { fullName, type Kind } from "./fields";
import { KINDS } from "./kinds";

type Read = (kind: Kind, id: string) => Promise<string>;

/** How to name those whom a patient or a doctor may not read; undefined for all others. */
function ofOthers(kind: Kind, id: string): Read | undefined {
  const { user_type, metadata } = currentUser();
  if (user_type === "patient" && kind !== "patient") return ofOwnPatient;
  if (user_type === "doctor" && kind === "institution") return ofOwnInstitution;
  if (user_type === "doctor" && kind === "doctor" && id !== metadata.reference_id) return async () => "Another doctor";
  return undefined;
}

async function readName(kind: Kind, id: string): Promise<string> {
  try {
    return fullName((await call("get", KINDS[kind].one, { ids: [id] })).data);
  } catch (error) {
    if (error instanceof Problem && [403, 404].includes(error.status)) return `A ${kind} whom you do not see`;
    throw error;
  }
}

async function ofOwnPatient(kind: Kind, id: string): Promise<string> {
  const ids = [currentUser().metadata.reference_id];
  const own = (await call("get", "/api/v1/patients/{id}", { ids })).data;
  return own[kind === "doctor" ? "doctor_id" : "institution_id"] === id ? `Your ${kind}` : `Another ${kind}`;
}

async function ofOwnInstitution(_: Kind, id: string): Promise<string> {
  const own = (await call("get", "/api/v1/doctors/me/institution")).data;
  return own.id === id ? own.name : "Another institution";
}

export function usePersonName(kind: Kind, id: string): string | undefined {
  const read = () => (ofOthers(kind, id) ?? readName)(kind, id);
  return useName(id && `${kind}/${id}`, read, "Name not loaded");
}

export function PersonName({ kind, id }: { kind: Kind; id: string }) {
  return <>{usePersonName(kind, id) ?? "…"}</>;
}

export function PersonLink({ kind, id }: { kind: Kind; id: string }) {
  if (ofOthers(kind, id)) return <PersonName kind={kind} id={id} />;
  return (
    <a href={href(["directory", KINDS[kind].section, id])}>
      <PersonName kind={kind} id={id} />
    </a>
  );
}
