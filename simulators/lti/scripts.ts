/**
 * The scripts of the campus: they run in browsers only, and every page but the storage works without them.
 */

/** Posts the form of a launch as soon as it is there. */
export const launchScript = `
const form = document.querySelector('form');
if (form !== null) form.submit();
`;

/**
 * Platform storage (lti.md §3.14): keeps strings for tools in frames, each tool's apart by its origin, and answers nobody else.
 * The \`*\` of the capabilities is the tool's own: the answer goes to the origin that asked.
 */
export const storageScript = `
const largest = 4096;
const most = 500;
const { frame, fault: disorder } = document.currentScript.dataset;
const kept = new Map();
const subjects = ['lti.capabilities', 'lti.put_data', 'lti.get_data'];
const named = (subject) => (frame === '' ? { subject } : { subject, frame });
const isText = (value) => typeof value === 'string' && value.length > 0 && value.length <= largest;

function fault(code, message) {
  return { error: { code, message } };
}

function answer(origin, data) {
  if (data.subject === 'lti.capabilities') return { supported_messages: subjects.map(named) };
  if (!isText(data.key)) return fault('bad_request', 'key is not a text');
  if (disorder === 'exhausted' && data.subject === 'lti.put_data') return fault('storage_exhaustion', 'there is no room');
  const ofOrigin = kept.get(origin) ?? new Map();
  kept.set(origin, ofOrigin);
  if (disorder === 'other-value' && data.subject === 'lti.get_data') return { key: data.key, value: 'otro' };
  if (data.subject === 'lti.get_data') return { key: data.key, value: ofOrigin.get(data.key) ?? null };
  if (data.value === null || data.value === undefined) {
    ofOrigin.delete(data.key);
    return { key: data.key, value: null };
  }
  if (!isText(data.value)) return fault('bad_request', 'value is not a text that fits');
  if (ofOrigin.size >= most && !ofOrigin.has(data.key)) return fault('storage_exhaustion', 'there is no room');
  ofOrigin.set(data.key, data.value);
  return { key: data.key, value: data.value };
}

addEventListener('message', ({ data, origin, source }) => {
  if (typeof data !== 'object' || data === null || typeof data.subject !== 'string') return;
  if (data.subject === 'org.imsglobal.lti.close') { document.documentElement.dataset.closed = origin; return; }
  if (!data.subject.startsWith('lti.') || data.subject.endsWith('.response') || source === null) return;
  if (disorder === 'silent') return;
  const { subject, message_id } = data;
  const isKnown = subjects.includes(subject) && disorder !== 'unsupported';
  const content = isKnown ? answer(origin, data) : fault('unsupported_subject', subject);
  source.postMessage({ subject: subject + '.response', message_id, ...content }, origin);
});
`;
