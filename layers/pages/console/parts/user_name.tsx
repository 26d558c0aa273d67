/** Who did something: the e-mail of a user, the name of a machine; the id alone for those who may not read users. */
import { call } from "../api/call";
import { href } from "../router";
import { belongsTo, currentUser } from "../session/session";
import { useName } from "./names";

/** Those who may call `GET /users/{id}` and `GET /clients` (functions/auth/users/rights.py). */
const readsUsers = (): boolean => belongsTo(currentUser(), ["support"]);

/** Ids of machines are `{tenant}.{32 hex digits}` (functions/auth/clients/client.py). */
const isMachine = (id: string): boolean => /\.[0-9a-f]{32}$/.test(id);

/** `isLink`: leads to the user's page, where there is one to read. */
export function UserName({ id, isLink = true }: { id: string; isLink?: boolean }) {
  const user = currentUser();
  const isOwn = id === user.user_id;
  const isRead = readsUsers() && !isOwn;
  const read = () => (isMachine(id) ? machineName(id) : emailOf(id));
  const name = useName(isRead ? `user/${id}` : "", read, id) ?? (isOwn ? user.email : id);
  if (!isLink || !isRead || isMachine(id) || name === id) return <span title={id}>{name}</span>;
  return (
    <a href={href(["operations", "users", id])} title={id}>
      {name}
    </a>
  );
}

const emailOf = async (id: string): Promise<string> => (await call("get", "/users/{id}", { ids: [id] })).data.email;

/** All machines are read at once: there are few of them. */
let machines: { by: string; names: Promise<Map<string, string>> } | undefined;

async function machineName(id: string): Promise<string> {
  const by = currentUser().user_id;
  if (machines?.by !== by) machines = { by, names: readMachines() };
  const { names } = machines;
  names.catch(() => {
    machines = undefined;
  });
  return (await names).get(id) ?? id;
}

async function readMachines(): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  let cursor: string | undefined;
  do {
    const { data } = await call("get", "/clients", { query: { limit: 100, cursor } });
    for (const { client_id, name } of data.items) names.set(client_id, name);
    cursor = data.nextCursor ?? undefined;
  } while (cursor);
  return names;
}
