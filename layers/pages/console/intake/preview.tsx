/** The first rows of a file, with the fields that its columns hold. */
import { useId } from "preact/hooks";
import type { Csv } from "./csv";
import { allFields, columnNumbers, fieldLabel, type Kind } from "./layouts";
import type { FileMapping } from "./sendings";

export function Preview({ head, kind, mapping }: { head: Csv; kind: Kind; mapping: FileMapping }) {
  const id = useId();
  const fields = allFields(kind).map((field) => ({
    field,
    numbers: columnNumbers(kind, head.header, mapping.columns, field),
  }));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by the keyboard.
    <section class="wide" aria-labelledby={id} tabIndex={0}>
      <table class="grid">
        <caption id={id}>The first rows of the file</caption>
        <thead>
          <tr>
            {head.header.map((name, number) => {
              const held = fields.find(({ numbers }) => numbers.includes(number));
              return (
                <th key={`${number}${name}`} scope="col">
                  {name || "No name"}
                  <span class="is-faint">{held ? fieldLabel(held.field) : "Not used"}</span>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {head.rows.map((cells, row) => (
            <tr key={`${row}${cells[0]}`}>
              {head.header.map((name, number) => (
                <td key={`${number}${name}`}>{cells[number]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
