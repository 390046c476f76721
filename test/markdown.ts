/**
 * Reads the tables, links and code blocks of our own documents, so that tests can hold them and the code together.
 *
 * Knows as much Markdown as these documents use. Must never pass over a table that it cannot find: a test over nothing
 * holds.
 */

/** The rows of the one table whose header begins with these names, as cells. Throws when there is none, or several. */
export function cellsOf(markdown: string, header: readonly string[]): string[][] {
  const tables = tablesOf(markdown).filter(([first = []]) => header.every((name, index) => first[index] === name));
  const [table] = tables;
  if (table === undefined || tables.length > 1) {
    throw new Error(`there are ${tables.length} tables that begin with ${header.join(', ')}`);
  }
  return table.slice(1);
}

/** Every table as rows of cells, its header first. */
export function tablesOf(markdown: string): string[][][] {
  const tables: string[][][] = [];
  let current: string[][] | null = null;
  for (const line of withoutCode(markdown).split('\n')) {
    if (!line.startsWith('|')) {
      current = null;
      continue;
    }
    if (current === null) {
      current = [];
      tables.push(current);
    }
    const cells = line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (!cells.every((cell) => /^:?-+:?$/.test(cell))) current.push(cells);
  }
  return tables;
}

/** The words that stand `in code` in a cell. */
export function wordsInCode(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
}

export interface CodeBlock {
  /** What stands after the three backticks: `yaml`, `sh`, or nothing. */
  readonly language: string;
  readonly text: string;
}

export function codeBlocksOf(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```([\w-]*)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

/** Where the links of a document lead: paths and fragments as written, without addresses of other sites. */
export function localLinksOf(markdown: string): string[] {
  return [
    ...withoutCode(markdown)
      .replaceAll(/`[^`\n]*`/g, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The fragments that headings can be linked by, as code hosts make them: lower case, hyphens for spaces, no signs. */
export function anchorsOf(markdown: string): string[] {
  return [...withoutCode(markdown).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');
}
