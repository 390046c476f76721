/**
 * The configuration file: from its text to documents, or to every fault in it at once (DESIGN §11, O-07).
 *
 * A file is read against the vendors that this program has: their own schemas judge the settings. Whether names that a
 * document mentions exist is not judged here, because without `--prune` they may exist outside the file.
 */
import type { z } from 'zod';
import type { JsonObject } from '../model.ts';
import type { Vendor } from '../providers/vendor.ts';
import { clientSchema } from './client-document.ts';
import { isObject } from './common-schemas.ts';
import {
  type ConfigurationDocuments,
  forEachSingle,
  type SingleDocuments,
  singleKinds,
  singleSchemas,
} from './documents.ts';
import { collectFaults, type Faults, type Path } from './faults.ts';
import { faultsOfIssue } from './issue-words.ts';
import { ltiConsumerSchema, ltiPlatformSchema } from './lti-document.ts';
import { openEdxSchema } from './open-edx-document.ts';
import { providerSchema } from './provider-document.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

export interface FileContext {
  /** What `${NAME}` refers to. */
  readonly env: { readonly [name: string]: string | undefined };
  readonly vendors: readonly Vendor[];
}

const sections: readonly string[] = ['providers', 'clients', 'open_edx', 'lti', ...singleKinds];

/**
 * Reads a configuration file.
 *
 * @throws ConfigurationError with every fault, each with line, column and path. No fault holds the value of a setting.
 */
export function parseConfigurationFile(text: string, { env, vendors }: FileContext): ConfigurationDocuments {
  const faults = collectFaults();
  const source = readYaml(text, env, faults);
  const documents = source === null ? null : parseSections(createParser(source, faults), vendors);
  faults.finish();
  if (documents === null) throw new Error('a file without documents has a fault');
  return documents;
}

interface Parser {
  readonly root: JsonObject;
  /** The value in the form of the schema; null after its faults were reported. */
  parse<T>(schema: z.ZodType<T>, value: unknown, path: Path): T | null;
  fault(path: Path, words: string, what?: 'key' | 'value'): void;
}

function createParser(source: YamlSource, faults: Faults): Parser {
  const fault: Parser['fault'] = (path, words, what = 'value') => {
    // A reference that could not be filled in would be reported again as a wrong value.
    if (!faults.has(path)) faults.add(source.positionOf(path, what), path, words);
  };
  if (!isObject(source.value)) fault([], 'must be a map of sections');
  return {
    root: isObject(source.value) ? source.value : {},
    fault,
    parse(schema, value, path) {
      const result = schema.safeParse(value);
      if (result.success) return result.data;
      for (const issue of result.error.issues) {
        for (const { path: inner, what, words } of faultsOfIssue(issue, value)) fault([...path, ...inner], words, what);
      }
      return null;
    },
  };
}

function parseSections(parser: Parser, vendors: readonly Vendor[]): ConfigurationDocuments {
  const { root } = parser;
  for (const name of Object.keys(root).filter((name) => !sections.includes(name))) {
    parser.fault([name], `is unknown; there are ${sections.join(', ')}`, 'key');
  }
  const providers = listOf(parser, 'providers').map((item, index) => {
    parseSettings(parser, vendors, item, ['providers', index]);
    return parser.parse(providerSchema, item, ['providers', index]);
  });
  const clients = listOf(parser, 'clients').map((item, index) => parser.parse(clientSchema, item, ['clients', index]));
  const openEdx = listOf(parser, 'open_edx').map((item, index) =>
    parser.parse(openEdxSchema, item, ['open_edx', index]),
  );
  refuseDuplicates(parser, 'providers', 'slug');
  refuseDuplicates(parser, 'clients', 'client_id');
  refuseDuplicates(parser, 'open_edx', 'slug');
  return {
    providers: providers.filter((provider) => provider !== null),
    clients: clients.filter((client) => client !== null),
    open_edx: openEdx.filter((platform) => platform !== null),
    lti: parseLti(parser),
    ...forEachSingle<{ [kind in keyof SingleDocuments]: SingleDocuments[kind] | null }>((kind) =>
      root[kind] === undefined ? null : parser.parse<unknown>(singleSchemas[kind], root[kind], [kind]),
    ),
  };
}

/** The one section that is a map of lists. */
function parseLti(parser: Parser): ConfigurationDocuments['lti'] {
  const section = parser.root.lti ?? {};
  if (!isObject(section)) {
    parser.fault(['lti'], 'must be a map of consumers and platforms');
    return { consumers: [], platforms: [] };
  }
  const lists = ['consumers', 'platforms'];
  for (const name of Object.keys(section).filter((name) => !lists.includes(name))) {
    parser.fault(['lti', name], `is unknown; there are ${lists.join(', ')}`, 'key');
  }
  const parse = <T>(list: string, schema: z.ZodType<T>): T[] => {
    const items = listAt(parser, ['lti', list], section[list]);
    refuseDuplicatesIn(parser, items, ['lti', list], 'slug');
    return items
      .map((item, index) => parser.parse(schema, item, ['lti', list, index]))
      .filter((document) => document !== null);
  };
  return { consumers: parse('consumers', ltiConsumerSchema), platforms: parse('platforms', ltiPlatformSchema) };
}

function listOf(parser: Parser, section: string): readonly unknown[] {
  return listAt(parser, [section], parser.root[section]);
}

function listAt(parser: Parser, path: Path, given: unknown): readonly unknown[] {
  const value = given ?? [];
  if (Array.isArray(value)) return value;
  parser.fault(path, 'must be a list');
  return [];
}

/** Judged apart from the rest of the provider, so that its faults show beside the others. */
function parseSettings(parser: Parser, vendors: readonly Vendor[], provider: unknown, path: Path): void {
  if (!isObject(provider) || typeof provider.vendor !== 'string') return;
  const vendor = vendors.find(({ vendor }) => vendor === provider.vendor);
  if (vendor === undefined) {
    const known = vendors.map(({ vendor }) => vendor).join(', ');
    parser.fault([...path, 'vendor'], `is not a vendor known here; there are ${known}`);
    return;
  }
  parser.parse(vendor.settings, provider.settings ?? {}, [...path, 'settings']);
}

function refuseDuplicates(parser: Parser, section: string, member: string): void {
  refuseDuplicatesIn(parser, listOf(parser, section), [section], member);
}

function refuseDuplicatesIn(parser: Parser, items: readonly unknown[], path: Path, member: string): void {
  const seen = new Set<unknown>();
  items.forEach((item, index) => {
    const name = isObject(item) ? item[member] : undefined;
    if (name === undefined || name === null) return;
    if (seen.has(name)) parser.fault([...path, index, member], 'is taken by an entry above');
    seen.add(name);
  });
}
