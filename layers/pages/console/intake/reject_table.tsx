/** Rejected rows, each with its faults and its cells to correct. */
import { useId } from "preact/hooks";
import {
  type Corrections,
  cellKey,
  columnOf,
  fieldOf,
  isCorrected,
  type Reject,
  type RejectList,
  unguarded,
} from "./reject_list";

interface RejectTableProps {
  list: RejectList;
  rejects: readonly Reject[];
  /** The numbers of the columns to show. */
  columns: readonly number[];
  /** The numbers of the columns that hold a field. */
  numbersOf: (field: string) => number[];
  corrections: Corrections;
  isReadOnly: boolean;
  onChange: (corrections: Partial<Corrections>) => void;
}

export function RejectTable(props: RejectTableProps) {
  const { list, columns, rejects } = props;
  return (
    <div class="wide">
      <table class="grid rejects">
        <caption class="is-hidden-text">Rejected rows</caption>
        <thead>
          <tr>
            <th scope="col">Line</th>
            {columns.map((number) => (
              <th key={number} scope="col">
                {list.columns[number]}
              </th>
            ))}
          </tr>
        </thead>
        {rejects.map((reject) => (
          <RejectRow key={reject.line} {...props} reject={reject} />
        ))}
      </table>
    </div>
  );
}

function RejectRow({
  reject,
  list,
  columns,
  numbersOf,
  corrections,
  isReadOnly,
  onChange,
}: RejectTableProps & { reject: Reject }) {
  const id = useId();
  const { line, cells } = reject;
  const wrong = new Set(reject.reasons.flatMap((sentence) => wrongColumns(sentence, list.columns, numbersOf)));
  const typed = (number: number) => corrections.cells[cellKey(line, number)];
  const type = (number: number, text: string) => {
    const { [cellKey(line, number)]: _before, ...others } = corrections.cells;
    const isBack = text === unguarded(cells[number] ?? "");
    onChange({ cells: isBack ? others : { ...others, [cellKey(line, number)]: text } });
  };
  const undo = () =>
    onChange({
      cells: Object.fromEntries(Object.entries(corrections.cells).filter(([key]) => !key.startsWith(`${line}:`))),
      checked: { ...corrections.checked, [line]: false },
    });
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" rowSpan={2}>
          <span class="is-card-only">Line </span>
          {line}
        </th>
        <td colSpan={columns.length} id={id} class="reasons">
          <ul>
            {reject.reasons.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
          {reject.mustBeChecked && (
            <label class="choice">
              <input
                type="checkbox"
                disabled={isReadOnly}
                checked={corrections.checked[line] === true}
                onChange={({ currentTarget }) =>
                  onChange({ checked: { ...corrections.checked, [line]: currentTarget.checked } })
                }
              />{" "}
              I have checked all cells of this row
            </label>
          )}
          {isCorrected(reject, corrections) && (
            <p>
              Corrected.{" "}
              <button
                type="button"
                class="button is-small"
                disabled={isReadOnly}
                aria-label={`Undo the corrections of line ${line}`}
                onClick={undo}
              >
                Undo
              </button>
            </p>
          )}
        </td>
      </tr>
      <tr>
        {columns.map((number) => (
          <td key={number} data-column={list.columns[number]} class={typed(number) === undefined ? "" : "is-changed"}>
            <Cell
              text={typed(number) ?? unguarded(cells[number] ?? "")}
              isLong={/[\r\n]/.test(cells[number] ?? "")}
              onInput={(text) => type(number, text)}
              given={{
                "aria-label": `${list.columns[number]}, line ${line}`,
                "aria-invalid": wrong.has(number) && typed(number) === undefined,
                "aria-describedby": id,
                readOnly: isReadOnly,
              }}
            />
          </td>
        ))}
      </tr>
    </tbody>
  );
}

/** The columns that a sentence of the reason is about. */
function wrongColumns(sentence: string, columns: readonly string[], numbersOf: (field: string) => number[]): number[] {
  const field = fieldOf(sentence);
  const named = columns.indexOf(columnOf(sentence) ?? "");
  if (named >= 0) return [named];
  return field === undefined ? [] : numbersOf(field);
}

/** A cell to type in; one with several lines gets a field with several, since the other would join them. */
function Cell({
  text,
  isLong,
  onInput,
  given,
}: {
  text: string;
  isLong: boolean;
  onInput: (text: string) => void;
  given: { "aria-label": string; "aria-invalid": boolean; "aria-describedby": string; readOnly: boolean };
}) {
  return isLong ? (
    <textarea {...given} rows={3} value={text} onInput={(event) => onInput(event.currentTarget.value)} />
  ) : (
    <input {...given} value={text} onInput={(event) => onInput(event.currentTarget.value)} />
  );
}
