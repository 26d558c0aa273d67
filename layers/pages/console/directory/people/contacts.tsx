/** How to reach a person: e-mails, phones and addresses, and the form that changes them. */
import { useState } from "preact/hooks";
import { type Loaded, useGet } from "../../api/hooks";
import type { Schema } from "../../api/types";
import { Badge } from "../../parts/badge";
import { useDraft } from "../../parts/drafts";
import { Panel } from "../../parts/page";
import { Loading } from "../../parts/states";
import { words } from "../../parts/values";
import { currentUser } from "../../session/session";
import { mayEdit } from "../rights";
import { ContactForm, draftKey } from "./contact_form";
import { type ContactRow, rowsOf, SORT_NAMES, SORTS } from "./contact_rows";
import type { Kind } from "./fields";
import { KINDS } from "./kinds";

export function Contacts({ kind, id, onChange }: { kind: Kind; id: string; onChange: () => void }) {
  const contacts: Loaded<Schema<"Contacts">> = useGet(KINDS[kind].contacts, { ids: [id] });
  const [isEdited, edit] = useState(useDraft(draftKey(kind, id), {}).isChanged);
  return (
    <Loading from={contacts}>
      {(data) =>
        isEdited ? (
          <ContactForm
            kind={kind}
            id={id}
            contacts={data}
            etag={contacts.etag}
            reload={() => {
              contacts.reload();
              onChange();
            }}
            close={() => edit(false)}
          />
        ) : (
          <>
            {SORT_NAMES.map((sort) => (
              <Panel key={sort} title={SORTS[sort].title}>
                <Records rows={rowsOf(data)[sort]} />
              </Panel>
            ))}
            {mayEdit(currentUser(), kind, id) && (
              <button type="button" class="button" onClick={() => edit(true)}>
                Edit the contacts
              </button>
            )}
          </>
        )
      }
    </Loading>
  );
}

function Records({ rows }: { rows: readonly ContactRow[] }) {
  if (!rows.length) return <p class="is-faint">None</p>;
  return (
    <ul class="rows">
      {rows.map((row) => (
        <li key={row.id}>
          <div>
            <p>{Object.values(row.texts).filter(Boolean).join(", ").replaceAll("\n", ", ")}</p>
            <p class="is-faint">{words(row.type)}</p>
          </div>
          {row.is_primary && <Badge state="primary">Primary</Badge>}
          <Badge state="verified" tone={row.is_verified ? "good" : "plain"}>
            {row.is_verified ? "Verified" : "Not verified"}
          </Badge>
        </li>
      ))}
    </ul>
  );
}
