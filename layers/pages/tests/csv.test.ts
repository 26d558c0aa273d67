import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { readCsv, rowsOf, writeCsv } from "../console/intake/csv";

test("the delimiter is the one that gives the most columns, or the one that a line names", () => {
  deepEqual(readCsv("a;b,c;d\n1;2;3\n"), { delimiter: ";", header: ["a", "b,c", "d"], rows: [["1", "2", "3"]] });
  deepEqual(readCsv("sep=|\r\na|b,c\r\n"), { delimiter: "|", header: ["a", "b,c"], rows: [] });
  equal(readCsv("\uFEFFmrn\tname").delimiter, "\t");
});

test("lines end in LF, CR LF or CR, also within quotes", () => {
  deepEqual(
    [...rowsOf('a,"x\r\ny"\r1,2\r\n3,4\n5,', ",")],
    [
      ["a", "x\r\ny"],
      ["1", "2"],
      ["3", "4"],
      ["5", ""],
    ],
  );
});

test("a quote that is not closed costs one line", () => {
  deepEqual(
    [...rowsOf('a,"b\nc,d\n"e"f,g\n', ",")],
    [
      ["a", '"b'],
      ["c", "d"],
      ['"e"f', "g"],
    ],
  );
});

test("blank rows are no header", () => {
  deepEqual(readCsv(" ,\n\nmrn,name\n,\n1,2").rows, [["1", "2"]]);
});

test("what is written is read as the same cells, for any cells", () => {
  const pieces = ["", '"', '""', ",", ";", "\t", "\r", "\n", "\r\n", " ", "'", "=", "é", "x", "\u2028"];
  let seed = 7;
  const pick = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  for (let round = 0; round < 3000; round++) {
    const delimiter = [",", ";", "\t"][pick(3)] ?? ",";
    const width = 2 + pick(3);
    const row = () =>
      Array.from({ length: width }, () => Array.from({ length: pick(5) }, () => pieces[pick(pieces.length)]).join(""));
    const rows = [row(), row(), row()];
    deepEqual([...rowsOf(writeCsv(rows, delimiter), delimiter)], rows);
  }
});
