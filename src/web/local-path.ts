/**
 * A path of ours to come back to: the only kind of address from a request that a browser is ever redirected to.
 */
declare const localPathBrand: unique symbol;
export type LocalPath = string & { readonly [localPathBrand]: true };

/** Where a person lands when no usable address was given. */
export const ACCOUNT_PATH = '/account' as LocalPath;

/**
 * The path (with query) when `text` names a page of ours; the account page otherwise. Everything that a browser could
 * read as another host is refused: `//evil`, `/\evil`, tabs and line breaks within, any scheme (I-05).
 */
export function parseLocalPath(text: string | null | undefined): LocalPath {
  if (text == null || text.length > 2000 || !SHAPE.test(text)) return ACCOUNT_PATH;
  const base = 'https://broker.invalid';
  const url = URL.canParse(text, base) ? new URL(text, base) : null;
  // Dot segments can leave a path that begins with two slashes: judge what the parser made of it.
  if (url === null || url.origin !== base || url.pathname.startsWith('//')) return ACCOUNT_PATH;
  return `${url.pathname}${url.search}` as LocalPath;
}

/** One leading slash, then printable ASCII without a backslash. Percent-encoded slashes and backslashes stay in the path. */
const SHAPE = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/;
