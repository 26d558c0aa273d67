/** Change the contacts of a person: each list that differs is sent as a whole. */
import { call } from "../../api/call";
import { useAction } from "../../api/hooks";
import type { Problem } from "../../api/problem";
import type { Schema } from "../../api/types";
import { ChangedMeanwhile } from "../../parts/changed_meanwhile";
import { useDraft } from "../../parts/drafts";
import { Form, LongTextField, SelectField, TextField } from "../../parts/form";
import { Panel } from "../../parts/page";
import { say } from "../../parts/toast";
import { words } from "../../parts/values";
import { currentUser } from "../../session/session";
import { manages } from "../rights";
import {
  type ContactRow,
  changedLists,
  newRow,
  type Rows,
  rowsOf,
  SORT_NAMES,
  SORTS,
  type Sort,
  withoutRow,
} from "./contact_rows";
import type { Kind } from "./fields";
import { KINDS } from "./kinds";

const MOST = 20;

interface ContactFormProps {
  kind: Kind;
  id: string;
  contacts: Schema<"Contacts">;
  etag: string | undefined;
  reload: () => void;
  close: () => void;
}

export const draftKey = (kind: Kind, id: string): string => `contacts/${kind}/${id}`;

export function ContactForm({ kind, id, contacts, etag, reload, close }: ContactFormProps) {
  const stored = rowsOf(contacts);
  const draft = useDraft<Rows>(draftKey(kind, id), stored);
  const isStaff = manages(currentUser());
  const changes = changedLists(stored, draft.value, isStaff);
  const leave = () => {
    draft.clear();
    close();
  };
  const save = useAction(async (_key, body: object, ifMatch: string | undefined) => {
    await call("put", KINDS[kind].contacts, { ids: [id], body: body as Schema<"ContactChanges">, ifMatch });
    say("The contacts were saved.");
    reload();
    leave();
  });
  const pointers = SORT_NAMES.flatMap((sort) => draft.value[sort].flatMap((_, place) => pointersOf(sort, place)));
  const isStale = save.problem?.status === 412;
  return (
    <Form
      onSubmit={() => (Object.keys(changes).length ? save.run(changes, etag) : leave())}
      submit="Save the contacts"
      isRunning={save.isRunning}
      problem={isStale ? undefined : save.problem}
      pointers={pointers}
      cancel={leave}
    >
      <ChangedMeanwhile
        problem={save.problem}
        reread={() => {
          save.forget();
          reload();
        }}
      />
      {SORT_NAMES.map((sort) => (
        <RowsOfSort
          key={sort}
          sort={sort}
          rows={draft.value[sort]}
          set={(rows) => draft.set({ [sort]: rows })}
          isStaff={isStaff}
          problem={save.problem}
        />
      ))}
    </Form>
  );
}

const pointersOf = (sort: Sort, place: number): string[] =>
  ["type", ...SORTS[sort].fields.map((field) => field.name)].map((name) => `/${sort}/${place}/${name}`);

interface RowsProps {
  sort: Sort;
  rows: readonly ContactRow[];
  set: (rows: ContactRow[]) => void;
  isStaff: boolean;
  problem: Problem | undefined;
}

function RowsOfSort({ sort, rows, set, isStaff, problem }: RowsProps) {
  const { title, one } = SORTS[sort];
  const change = (place: number, changed: Partial<ContactRow>) =>
    set(rows.map((row, each) => (each === place ? { ...row, ...changed } : row)));
  const makePrimary = (place: number) => set(rows.map((row, each) => ({ ...row, is_primary: each === place })));
  return (
    <Panel title={title}>
      {rows.map((row, place) => (
        <fieldset key={row.id ?? place} class="fields record">
          <legend>
            {words(one)} {place + 1}
          </legend>
          {SORTS[sort].fields.map(({ name, label, hint, isLong }) => {
            const field = {
              label,
              value: row.texts[name] ?? "",
              onInput: (text: string) => change(place, { texts: { ...row.texts, [name]: text } }),
              pointer: `/${sort}/${place}/${name}`,
              problem,
              ...(hint ? { hint } : {}),
            };
            return isLong ? <LongTextField key={name} {...field} rows={2} /> : <TextField key={name} {...field} />;
          })}
          <SelectField
            label="Kind"
            value={row.type}
            onInput={(type) => change(place, { type })}
            options={SORTS[sort].types.map((type) => [type, words(type)])}
            pointer={`/${sort}/${place}/type`}
            problem={problem}
          />
          <div>
            <label class="choice">
              <input type="radio" name={sort} checked={row.is_primary} onChange={() => makePrimary(place)} />
              Primary {one}
            </label>
            {isStaff && (
              <label class="choice">
                <input
                  type="checkbox"
                  checked={row.is_verified}
                  onChange={(event) => change(place, { is_verified: event.currentTarget.checked })}
                />
                Verified
              </label>
            )}
          </div>
          <div class="actions">
            {(sort !== "emails" || rows.length > 1) && (
              <button type="button" class="button" onClick={() => set(withoutRow(rows, place))}>
                Remove
                <span class="is-hidden-text">
                  {" "}
                  {one} {place + 1}
                </span>
              </button>
            )}
          </div>
        </fieldset>
      ))}
      {rows.length < MOST && (
        <button type="button" class="button" onClick={() => set([...rows, newRow(sort, rows)])}>
          Add {one === "e-mail" || one === "address" ? "an" : "a"} {one}
        </button>
      )}
    </Panel>
  );
}
