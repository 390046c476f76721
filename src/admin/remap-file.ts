/**
 * The file of a bulk remap: which identities of campuses are to be whose, line by line, as an operator wrote it.
 *
 * What is wrong with the file as a whole refuses all of it: half of a list is not what somebody meant. Must never: put a value of the
 * file in a message.
 */
import { createHash } from 'node:crypto';
import { CsvFault, type CsvLine, readCsv } from '../csv.ts';
import { AdminRefusal } from './refusal.ts';

export interface RemapLine {
  readonly number: number;
  /** The slug of a consumer or platform. */
  readonly registration: string;
  /** Null where the cell is empty. */
  readonly deployment: string | null;
  /** As the LMS sends it: `sub` or `user_id`. */
  readonly subject: string;
  /** The id or the username of the account that it is to be tied to. */
  readonly account: string;
  readonly reason: string | null;
}

export interface RemapFile {
  /** Names the content: what was looked at is what is done. */
  readonly digest: string;
  readonly lines: readonly RemapLine[];
}

/** More are read in several files: what is done with one has an end that somebody can wait for. */
const MOST_LINES = 200_000;

export const remapColumns = ['registration', 'deployment', 'subject', 'account', 'reason'] as const;
type Column = (typeof remapColumns)[number];
const needed: readonly Column[] = ['registration', 'subject', 'account'];

/** @throws AdminRefusal `invalid`, with the line */
export async function readRemapFile(bytes: AsyncIterable<Uint8Array>): Promise<RemapFile> {
  const hash = createHash('sha256');
  const lines: RemapLine[] = [];
  let columns: readonly Column[] | null = null;
  try {
    for await (const line of readCsv(hashing(bytes, hash))) {
      if (columns === null) columns = columnsIn(line);
      else lines.push(remapLine(line, columns));
      if (lines.length > MOST_LINES) throw new CsvFault(line.number, `it is one line more than ${MOST_LINES}`);
    }
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    throw new AdminRefusal('invalid', `line ${error.line}: ${error.message}; nothing was done`);
  }
  if (columns === null) throw new AdminRefusal('invalid', 'the file is empty');
  return { digest: hash.digest('hex').slice(0, 16), lines };
}

async function* hashing(bytes: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>) {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

function columnsIn({ number, cells }: CsvLine): Column[] {
  const columns = cells.map((cell) => {
    const name = cell.toLowerCase() === 'user_id' ? 'subject' : cell.toLowerCase();
    const column = remapColumns.find((known) => known === name);
    if (column === undefined) throw new CsvFault(number, `the columns are ${remapColumns.join(', ')}`);
    return column;
  });
  const missing = needed.filter((column) => !columns.includes(column));
  if (missing.length > 0) throw new CsvFault(number, `there is no column ${missing.join(', ')}`);
  if (new Set(columns).size < columns.length) throw new CsvFault(number, 'a column is there twice');
  return columns;
}

function remapLine({ number, cells }: CsvLine, columns: readonly Column[]): RemapLine {
  if (cells.length !== columns.length)
    throw new CsvFault(number, `it has ${cells.length} cells, not ${columns.length}`);
  const cell = (column: Column) => cells[columns.indexOf(column)] || null;
  const [registration, subject, account] = [cell('registration'), cell('subject'), cell('account')];
  if (registration === null || subject === null || account === null) {
    throw new CsvFault(number, `each line needs ${needed.join(', ')}`);
  }
  return { number, registration, deployment: cell('deployment'), subject, account, reason: cell('reason') };
}
