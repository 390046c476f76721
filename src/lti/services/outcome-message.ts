/**
 * The messages of Basic Outcomes: requests written, answers read (lti.md §2.6).
 */
import { elementAt, elementsNamed, escapeXml, MalformedXml, readXml } from './xml.ts';

export type OutcomeRequest =
  /** From 0 to 1. */
  | { readonly operation: 'replaceResult'; readonly sourcedId: string; readonly score: number }
  | { readonly operation: 'readResult' | 'deleteResult'; readonly sourcedId: string };

const namespace = 'http://www.imsglobal.org/services/ltiv1p1/xsd/imsoms_v1p0';

/** Null where the sourcedId cannot be written. @param messageId of our own making */
export function writeOutcome(request: OutcomeRequest, messageId: string): string | null {
  const sourcedId = escapeXml(request.sourcedId);
  if (sourcedId === null) return null;
  const { operation } = request;
  const result =
    request.operation === 'replaceResult'
      ? `<result><resultScore><language>en</language><textString>${decimal(request.score)}</textString></resultScore></result>`
      : '';
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<imsx_POXEnvelopeRequest xmlns="${namespace}"><imsx_POXHeader><imsx_POXRequestHeaderInfo>` +
    `<imsx_version>V1.0</imsx_version><imsx_messageIdentifier>${messageId}</imsx_messageIdentifier>` +
    `</imsx_POXRequestHeaderInfo></imsx_POXHeader><imsx_POXBody><${operation}Request><resultRecord>` +
    `<sourcedGUID><sourcedId>${sourcedId}</sourcedId></sourcedGUID>${result}` +
    `</resultRecord></${operation}Request></imsx_POXBody></imsx_POXEnvelopeRequest>`
  );
}

/** Never in powers of ten, which `String` writes of what is small; never without a point, which some ask for. */
export function decimal(score: number): string {
  return score.toFixed(8).replace(/(\.\d+?)0+$/, '$1');
}

export const majorCodes = ['success', 'failure', 'unsupported', 'processing'] as const;

export interface OutcomeAnswer {
  readonly major: (typeof majorCodes)[number];
  /** Of a result that was read: as written, empty where there is none; null where nothing was said. */
  readonly score: string | null;
}

/** Null for what is no answer of this service, or not one (case 92). */
export function readOutcomeAnswer(body: string): OutcomeAnswer | null {
  const root = rootOf(body);
  if (root?.name !== 'imsx_POXEnvelopeResponse') return null;
  const path = ['imsx_POXHeader', 'imsx_POXResponseHeaderInfo', 'imsx_statusInfo', 'imsx_codeMajor'];
  const said = elementAt(root, path)?.text.trim();
  const major = majorCodes.find((code) => code === said);
  // Exactly one, wherever another may stand: two readers would take two different ones.
  if (major === undefined || elementsNamed(root, 'imsx_codeMajor').length !== 1) return null;
  const result = ['imsx_POXBody', 'readResultResponse', 'result', 'resultScore', 'textString'];
  return { major, score: elementAt(root, result)?.text.trim() ?? null };
}

function rootOf(body: string) {
  try {
    return readXml(body);
  } catch (error) {
    if (error instanceof MalformedXml) return null;
    throw error;
  }
}
