/** Passkeys (WebAuthn): what the browser asks its user, and what it says if nothing comes of it. */
import { Problem } from "../api/problem";

/** Whether this browser has passkeys, in a form that the API's options can be given to. */
export const hasPasskeys = (): boolean =>
  "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential;

/** A passkey that the user chose to log in with, as the API takes it. Raises Problem. */
export function chosenPasskey(publicKey: unknown): Promise<object> {
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(publicKey as PublicKeyCredentialRequestOptionsJSON);
  return asked(() => navigator.credentials.get({ publicKey: options }));
}

/** A passkey that the user made, as the API takes it. Raises Problem. */
export function newPasskey(publicKey: unknown): Promise<object> {
  const options = PublicKeyCredential.parseCreationOptionsFromJSON(publicKey as PublicKeyCredentialCreationOptionsJSON);
  return asked(() => navigator.credentials.create({ publicKey: options }));
}

const REASONS: Record<string, string> = {
  NotAllowedError: "Nothing was chosen in time, or the question was closed. Try again.",
  InvalidStateError: "This device has a passkey of this account already.",
  SecurityError: "Passkeys do not work at this address.",
};

async function asked(ask: () => Promise<Credential | null>): Promise<object> {
  try {
    return ((await ask()) as PublicKeyCredential).toJSON();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new Problem(400, "No passkey", REASONS[error.name] ?? error.message);
  }
}
