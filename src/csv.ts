/**
 * Comma-separated values as operators keep them (RFC 4180): read strictly, written so that no spreadsheet takes a cell for a formula.
 *
 * A cell has no line break, so that one quote too many spoils a line and not the rest of the file. Must never: guess what a
 * malformed line meant; what follows from it is done to accounts.
 */

export interface CsvLine {
  /** From 1. */
  readonly number: number;
  readonly cells: readonly string[];
}

/** `line` is where reading ended. The message holds nothing of the file. */
export class CsvFault extends Error {
  override readonly name = 'CsvFault';
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

const LONGEST_LINE = 10_000;

/** The lines that are not empty, as they come; never the whole file. @throws CsvFault */
export async function* readCsv(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CsvLine> {
  let number = 0;
  for await (const text of linesOf(chunks)) {
    number += 1;
    if (text.length > LONGEST_LINE) throw new CsvFault(number, `it is longer than ${LONGEST_LINE} characters`);
    if (text !== '') yield { number, cells: cellsOf(text, number) };
  }
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  // A byte order mark, as spreadsheets write it, is none of the text.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let number = 0;
  const decode = (bytes: Uint8Array | null): string => {
    try {
      return bytes === null ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch {
      throw new CsvFault(number + 1, 'there is something in it, or after it, that is not UTF-8');
    }
  };
  for await (const chunk of chunks) {
    const pieces = (rest + decode(chunk)).split('\n');
    rest = pieces.pop() ?? '';
    // No line is that long; a file without line ends is not kept whole to find out.
    if (rest.length > LONGEST_LINE + 1) pieces.push(rest);
    for (const piece of pieces) {
      number += 1;
      yield piece.replace(/\r$/, '');
    }
  }
  const last = (rest + decode(null)).replace(/\r$/, '');
  if (last !== '') yield last;
}

/** A quoted cell, in which a quote is written twice; or one without quotes, commas and space around it. */
const CELL = /"((?:[^"]|"")*)"|([^",]*)/y;

function cellsOf(text: string, number: number): string[] {
  if (/\p{Cc}/u.test(text)) throw new CsvFault(number, 'it has a control character');
  const cells: string[] = [];
  for (let at = 0; ; ) {
    CELL.lastIndex = at;
    const [whole = '', quoted, plain = ''] = CELL.exec(text) ?? [];
    cells.push(withoutGuard(quoted?.replaceAll('""', '"') ?? plain.trim()));
    at += whole.length;
    if (at >= text.length) return cells;
    if (text[at] !== ',') throw new CsvFault(number, 'it has a quote that is not closed, or one within a cell');
    at += 1;
    if (at === text.length) return [...cells, ''];
  }
}

/** What a spreadsheet would take for a formula; and what reads like a guard, so that it comes back as it was. */
const FORMULA = /^[=+\-@']/;

/** One line, without its end. Every cell comes back as it is when the line is read. */
export function csvLine(cells: readonly string[]): string {
  return cells.map((cell) => `"${(FORMULA.test(cell) ? `'${cell}` : cell).replaceAll('"', '""')}"`).join(',');
}

function withoutGuard(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}
