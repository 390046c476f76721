/**
 * The XML of Basic Outcomes (lti.md §2.6), read strictly: each element once and in its place, no document type, no entity but the
 * five that XML has.
 */

export const operations = ['replaceResult', 'readResult', 'deleteResult'] as const;
export type Operation = (typeof operations)[number];

export interface OutcomeRequest {
  readonly operation: Operation;
  readonly messageId: string;
  readonly sourcedId: string;
  /** As written; null where there is none. */
  readonly score: string | null;
}

const namespace = 'http://www.imsglobal.org/services/ltiv1p1/xsd/imsoms_v1p0';
const declaration = /^\s*(<\?xml version="1\.0" encoding="UTF-8"\s*\?>)?\s*/i;

/** The request, or in words what is wrong with it. */
export function readOutcome(text: string): OutcomeRequest | string {
  if (/<!(?!--)/.test(text)) return 'the XML has a document type';
  const root = inner(
    text.replace(declaration, '').trim(),
    'imsx_POXEnvelopeRequest',
    `xmlns\\s*=\\s*["']${namespace}["']`,
  );
  const [header, body] = root === null ? [null, null] : both(root, 'imsx_POXHeader', 'imsx_POXBody');
  const info = header === null ? null : inner(header, 'imsx_POXRequestHeaderInfo');
  const [version, messageId] = info === null ? [null, null] : both(info, 'imsx_version', 'imsx_messageIdentifier');
  if (body === null || version === null || messageId === null) return 'the XML is not a request of Basic Outcomes';
  if (version !== 'V1.0' || messageId === '') return 'imsx_version is not V1.0, or imsx_messageIdentifier is empty';
  const operation = operations.find((name) => inner(body, `${name}Request`) !== null);
  if (operation === undefined) return 'the XML asks for none of the three operations';
  const record = inner(inner(body, `${operation}Request`) ?? '', 'resultRecord') ?? '';
  const [guid, result] =
    operation === 'replaceResult' ? both(record, 'sourcedGUID', 'result') : [inner(record, 'sourcedGUID'), null];
  const sourcedId = unescaped(inner(guid ?? '', 'sourcedId'));
  if (sourcedId === null) return 'the XML has no sourcedId, or one with an entity that is not known';
  const [language, score] =
    result === null ? [null, null] : both(inner(result, 'resultScore') ?? '', 'language', 'textString');
  if (operation === 'replaceResult' && (language !== 'en' || score === null)) return 'the XML has no score in English';
  return { operation, messageId, sourcedId, score };
}

/** What is within the element, which must be all that there is. */
function inner(text: string, name: string, attributes = ''): string | null {
  const between = attributes === '' ? '' : `\\s+${attributes}`;
  const found = new RegExp(`^\\s*<${name}${between}\\s*>([\\s\\S]*)</${name}>\\s*$`).exec(text);
  const content = found?.[1];
  return content === undefined || content.includes(`</${name}>`) ? null : content.trim();
}

/** What is within two elements that follow each other. */
function both(text: string, first: string, second: string): readonly [string, string] | readonly [null, null] {
  const end = text.indexOf(`</${first}>`);
  if (end < 0) return [null, null];
  const cut = end + first.length + 3;
  const [one, two] = [inner(text.slice(0, cut), first), inner(text.slice(cut), second)];
  return one === null || two === null ? [null, null] : [one, two];
}

const entities: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string | null): string | null {
  if (text === null || text === '' || text.includes('<')) return null;
  const isKnown = [...text.matchAll(/&([^;]*);?/g)].every(
    ([whole, name = '']) => whole.endsWith(';') && (name in entities || /^#\d+$/.test(name)),
  );
  if (!isKnown) return null;
  return text.replaceAll(/&([^;]+);/g, (_, name: string) =>
    name.startsWith('#') ? String.fromCodePoint(Math.min(Number(name.slice(1)), 0x10ffff)) : (entities[name] ?? ''),
  );
}

export interface OutcomeAnswer {
  readonly major: 'success' | 'failure' | 'unsupported';
  readonly description: string;
  readonly operation: Operation | null;
  readonly reference: string;
  /** Of a result that was read: empty text where there is none. */
  readonly score: string | null;
}

export function writeOutcome({ major, description, operation, reference, score }: OutcomeAnswer): string {
  const result =
    score === null
      ? ''
      : `<result><resultScore><language>en</language><textString>${escaped(score)}</textString></resultScore></result>`;
  const body = operation === null ? '' : `<${operation}Response>${result}</${operation}Response>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<imsx_POXEnvelopeResponse xmlns="${namespace}"><imsx_POXHeader><imsx_POXResponseHeaderInfo><imsx_version>V1.0</imsx_version><imsx_messageIdentifier>respuesta-${escaped(reference)}</imsx_messageIdentifier><imsx_statusInfo><imsx_codeMajor>${major}</imsx_codeMajor><imsx_severity>${major === 'success' ? 'status' : 'error'}</imsx_severity><imsx_description>${escaped(description)}</imsx_description><imsx_messageRefIdentifier>${escaped(reference)}</imsx_messageRefIdentifier><imsx_operationRefIdentifier>${operation ?? ''}</imsx_operationRefIdentifier></imsx_statusInfo></imsx_POXResponseHeaderInfo></imsx_POXHeader><imsx_POXBody>${body}</imsx_POXBody></imsx_POXEnvelopeResponse>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
