/**
 * The stored configuration as a file that, applied again, changes nothing.
 *
 * Must never: write a secret. Each becomes a reference to an environment variable, and the operator is told which to set.
 */
import { stringify } from 'yaml';
import type { Json, JsonObject } from '../model.ts';
import type { Vendor } from '../providers/vendor.ts';
import { isObject } from './common-schemas.ts';
import { type ConfigurationEntry, type ConfigurationKind, singleKinds } from './documents.ts';
import { escapeReferences } from './references.ts';
import type { StoredConfiguration } from './revisions.ts';
import { isNested, secretFields } from './secret-fields.ts';

export interface ExportedVariable {
  /** The environment variable that the file refers to. */
  readonly variable: string;
  readonly kind: ConfigurationKind;
  /** The slug or client id of the document that the secret belongs to. */
  readonly name: string;
  /** Where in the document. */
  readonly path: readonly (string | number)[];
}

export interface ExportedFile {
  readonly text: string;
  /** What has to be set, to the secrets as they are now, for the file to be applied. */
  readonly variables: readonly ExportedVariable[];
}

/** No folding, no anchors, no blocks of text: a block loses spaces before an empty line, and then an apply would change it. */
const format = {
  lineWidth: 0,
  aliasDuplicateObjects: false,
  blockQuote: false,
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
} as const;

/** Documents come in order of kind and name, so that two exports can be compared line by line. */
export function exportFile(current: StoredConfiguration, vendors: readonly Vendor[]): ExportedFile {
  const variables = createVariables();
  const documents = (kind: ConfigurationKind) =>
    current.entries
      .filter((entry) => entry.kind === kind)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((entry) => exportDocument(entry, vendors, variables));
  const single = singleKinds.flatMap((kind) => documents(kind).map((document) => [kind, document] as const));
  // Only where there is one: most deployments have none.
  const openEdx = documents('open_edx');
  const platforms = openEdx.length === 0 ? {} : { open_edx: openEdx };
  const consumers = documents('lti_consumer');
  const ltiPlatforms = documents('lti_platform');
  const file = {
    providers: documents('provider'),
    clients: documents('client'),
    ...platforms,
    ...(consumers.length + ltiPlatforms.length === 0 ? {} : { lti: { consumers, platforms: ltiPlatforms } }),
    ...Object.fromEntries(single),
  };
  return { text: stringify(file, format), variables: variables.list };
}

function exportDocument(entry: ConfigurationEntry, vendors: readonly Vendor[], variables: Variables): JsonObject {
  const isSecret = secretFields(entry.kind, entry.document, vendors);
  const hide = (value: Json, path: readonly (string | number)[]): Json =>
    mapStrings(value, path, (_, inner) => `\${${variables.reserve(entry, inner)}}`);
  const show = (value: Json): Json => mapStrings(value, [], escapeReferences);
  const members = Object.entries(entry.document).map(([member, value]) => {
    if (isSecret([member])) return [member, hide(value, [member])] as const;
    if (!isNested(entry.kind, member) || !isObject(value)) return [member, show(value)] as const;
    const settings = Object.entries(value).map(([setting, inner]) => [
      setting,
      isSecret([member, setting]) ? hide(inner, [member, setting]) : show(inner),
    ]);
    return [member, Object.fromEntries(settings) as JsonObject] as const;
  });
  // What is null is what it is when nothing is written.
  return Object.fromEntries(members.filter(([, value]) => value !== null));
}

/** The value with every text in it replaced. An empty text stays: it hides nothing, and no variable may be empty. */
function mapStrings(
  value: Json,
  path: readonly (string | number)[],
  replace: (text: string, path: readonly (string | number)[]) => string,
): Json {
  if (typeof value === 'string') return value === '' ? value : replace(value, path);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json, index) => mapStrings(item, [...path, index], replace));
  const entries = Object.entries(value).map(([key, item]) => [key, mapStrings(item, [...path, key], replace)]);
  return Object.fromEntries(entries) as JsonObject;
}

interface Variables {
  readonly list: readonly ExportedVariable[];
  reserve(entry: ConfigurationEntry, path: readonly (string | number)[]): string;
}

function createVariables(): Variables {
  const list: ExportedVariable[] = [];
  const taken = new Set<string>();
  return {
    list,
    reserve({ kind, name }, path) {
      const parts = [kind, name, ...path.filter((part) => part !== 'settings')];
      const base = parts
        .join('_')
        .toUpperCase()
        .replaceAll(/[^A-Z0-9]/g, '_');
      let variable = base;
      // `a-b` and `a_b` come to one name; the second is numbered.
      for (let number = 2; taken.has(variable); number += 1) variable = `${base}_${number}`;
      taken.add(variable);
      list.push({ variable, kind, name, path });
      return variable;
    },
  };
}
