/** Names of things whose ids are known: each is read once, and is in memory alone. */
import { useEffect, useState } from "preact/hooks";
import { currentUser } from "../session/session";

type Read = () => Promise<string>;

/** By the user who read them: what one sees is not another's. */
const names = new Map<string, Promise<string>>();

function nameOf(key: string, read: Read): Promise<string> {
  const known = names.get(key);
  if (known) return known;
  const name = read();
  names.set(key, name);
  name.catch(() => names.delete(key));
  return name;
}

/**
 * The name of what `key` says; undefined until it is known. An empty key has none. `failed` is shown if it cannot be
 * read: the next who asks reads it again.
 */
export function useName(key: string, read: Read, failed: string): string | undefined {
  const [known, setKnown] = useState<{ key: string; name: string }>();
  useEffect(() => {
    let isWanted = key !== "";
    const show = (name: string) => isWanted && setKnown({ key, name });
    if (isWanted) nameOf(`${currentUser().user_id}/${key}`, read).then(show, () => show(failed));
    return () => {
      isWanted = false;
    };
  }, [key]);
  return known?.key === key ? known.name : undefined;
}
