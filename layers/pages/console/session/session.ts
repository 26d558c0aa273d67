/** The user's session. The access token is in memory; the refresh token is in a cookie that no script can read. */
import { Problem } from "../api/problem";
import { send } from "../api/send";
import type { Schema } from "../api/types";
import { forgetDrafts } from "../parts/drafts";
import { store } from "../parts/store";
import { chosenPasskey } from "./passkeys";

export type User = Schema<"TokenPayload">;

export type Session =
  | { state: "starting" }
  | { state: "out"; message?: string }
  | { state: "in"; user: User; mustEnrol: boolean }
  /** The session has ended while its user was at work: the page stays as it is until they log in again. */
  | { state: "ended"; user: User; mustEnrol: boolean };

export const session = store<Session>({ state: "starting" });

interface Token {
  text: string;
  ends: number;
}

interface Tokens {
  access_token: string;
  expires_in: number;
  user_id: string;
  user_type: User["user_type"];
  email: string;
  mfa_enrolment_required?: boolean;
}

const COOKIE = { "X-Session": "cookie" };
const LOCK = "payerworks-session";
const EARLY_MS = 60_000;
const CLIENT_ID = "payerworks-client-id";
/** Says that this browser has a cookie, as far as the page knows: without one there is nothing to resume. */
const HAS_COOKIE = "payerworks-has-session";
const otherTabs = new BroadcastChannel("payerworks-session");

let token: Token | null = null;
let renewing: Promise<string> | null = null;

/** Go on with the session of the cookie, if there is one. */
export async function resume(): Promise<void> {
  if (!localStorage.getItem(HAS_COOKIE)) return session.set({ state: "out" });
  try {
    await enter(await refresh());
  } catch (error) {
    const isOver = error instanceof Problem && error.status === 401;
    if (isOver) localStorage.removeItem(HAS_COOKIE);
    session.set({ state: "out", ...(isOver ? {} : { message: (error as Error).message }) });
  }
}

/** Log in. Raises Problem: 401 with the member `mfa_required` asks for a code of the second factor. */
export async function logIn(email: string, password: string, otp: string): Promise<void> {
  await enter(await post("auth/login", { email, password, ...(otp ? { otp } : {}) }));
}

/** Log in with a passkey that the browser lets its user choose. Raises Problem. */
export async function logInWithPasskey(): Promise<void> {
  const asked = await send({ method: "POST", path: "auth/passkey-login/options", isRepeatable: true });
  const { publicKey }: Schema<"RequestOptions"> = await asked.json();
  await enter(await post("auth/passkey-login", { credential: await chosenPasskey(publicKey) }));
}

/** The session may do all that its user may, now that there is a second factor. */
export async function enrolled(): Promise<void> {
  session.set({ state: "in", user: await userOf(await accessToken()), mustEnrol: false });
}

/** End the session here and in the other tabs, and forget everything that was typed. */
export async function logOut(): Promise<void> {
  try {
    await send({
      method: "POST",
      path: "auth/logout",
      headers: { ...COOKIE, Authorization: `Bearer ${await accessToken()}` },
      isRepeatable: true,
    });
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
  }
  otherTabs.postMessage("out");
  forget();
}

otherTabs.onmessage = () => forget();

function forget(): void {
  token = null;
  localStorage.removeItem(HAS_COOKIE);
  forgetDrafts();
  session.set({ state: "out" });
}

/** A token that is valid for a while. Raises Problem if the session has ended. */
export async function accessToken(): Promise<string> {
  return token && Date.now() < token.ends - EARLY_MS ? token.text : renewed(token?.text ?? "");
}

/** A token newer than the one given; calls at the same time share one refresh, and one login if the session has ended. */
export function renewed(old: string): Promise<string> {
  if (token && token.text !== old) return Promise.resolve(token.text);
  renewing ??= refresh()
    .then(({ access_token }) => access_token)
    .catch((error) => {
      const current = session.value;
      if (!(error instanceof Problem) || error.status !== 401 || current.state !== "in") throw error;
      token = null;
      session.set({ ...current, state: "ended" });
      return nextLogin(error);
    })
    .finally(() => {
      renewing = null;
    });
  return renewing;
}

/** The token of the login that the ended session asks for, so that what the user did goes on after it. */
function nextLogin(ended: Problem): Promise<string> {
  return new Promise((resolve, reject) => {
    const stop = session.subscribe(() => {
      stop();
      if (token) resolve(token.text);
      else reject(ended);
    });
  });
}

/** Rotate the cookie. Tabs do it one after another: a refresh token that is used twice ends its session. */
async function refresh(): Promise<Tokens> {
  return navigator.locks.request(LOCK, () => post("auth/refresh"));
}

async function post(path: string, body?: object): Promise<Tokens> {
  const sent = Date.now();
  const answer = await send({
    method: "POST",
    path,
    headers: { ...COOKIE, "X-Client-Id": clientId(), ...(body ? { "Content-Type": "application/json" } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
    // A refresh whose answer was lost gets the same answer within ten seconds.
    isRepeatable: !body,
  });
  const tokens: Tokens = await answer.json();
  localStorage.setItem(HAS_COOKIE, "yes");
  const current = session.value;
  if ((current.state === "in" || current.state === "ended") && current.user.user_id !== tokens.user_id) {
    // Somebody else has logged in, here or in another tab: what is on the screen is not theirs.
    forgetDrafts();
    location.reload();
    // Nothing that was begun before may go on in their name.
    return new Promise(() => {});
  }
  token = { text: tokens.access_token, ends: sent + tokens.expires_in * 1000 };
  return tokens;
}

async function enter(tokens: Tokens): Promise<void> {
  if (tokens.mfa_enrolment_required) {
    // Until there is a second factor, the session may not even ask who its user is.
    const { user_id, user_type, email } = tokens;
    const user: User = { user_id, user_type, email, roles: [], metadata: { reference_id: "" } };
    session.set({ state: "in", user, mustEnrol: true });
  } else {
    session.set({ state: "in", user: await userOf(tokens.access_token), mustEnrol: false });
  }
}

async function userOf(accessToken: string): Promise<User> {
  const answer = await send({
    method: "GET",
    path: "auth/session/validate",
    headers: { Authorization: `Bearer ${accessToken}`, "X-Client-Id": clientId() },
    isRepeatable: true,
  });
  const { user }: Schema<"SessionVerdict"> = await answer.json();
  return user;
}

/** The id by which the API knows this browser again at a login; it opens nothing. */
function clientId(): string {
  let id = localStorage.getItem(CLIENT_ID);
  if (!id) {
    id = newId();
    localStorage.setItem(CLIENT_ID, id);
  }
  return id;
}

/** A random id; `crypto.randomUUID` is there only on https and localhost. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The user whose page this is; for components that are drawn only when somebody is logged in. */
export function currentUser(): User {
  const current = session.value;
  if (current.state === "in" || current.state === "ended") return current.user;
  throw new Error("Nobody is logged in.");
}

/** Whether the user is of one of these types or has one of these roles; an administrator has all. */
export function belongsTo(user: User, groups: readonly string[]): boolean {
  return user.user_type === "admin" || [user.user_type, ...user.roles].some((group) => groups.includes(group));
}
