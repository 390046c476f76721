/**
 * The configured providers as sign-ins look them up: by name, by callback address, by domain, by search, and as the
 * choices of a page.
 *
 * One immutable value for each snapshot of the configuration. What is asked for at every sign-in costs the same with three
 * providers and with ten thousand; what has to look at all of them is worked out once, when it is first wanted. Must
 * never: make a provider that nobody is shown or goes to.
 */
import { domainToASCII } from 'node:url';
import { readIcon } from '../configuration/icon.ts';
import type { ProviderDocument } from '../configuration/provider-document.ts';
import type { ConfigurationSnapshot } from '../configuration/snapshot.ts';
import {
  type LaunchRegistration,
  type LaunchRegistrations,
  recordOfRegistration,
  registrationSlug,
} from '../lti/launch-registration.ts';
import type { ProviderRecord } from '../model.ts';
import type { EnabledProvider, WatchedProvider } from '../providers/provider.ts';
import { arrange, type Choices, isOwnWay, MOST_BUTTONS, withFirst } from './choices.ts';
import { type Destination, fits, type Terms, termsOf } from './destination.ts';
import type { Records } from './record.ts';
import { search } from './search.ts';

export interface Directory {
  /** The provider of this name, where people can sign in with it; null otherwise, also when its settings cannot be read. */
  find(slug: string): EnabledProvider | null;
  /** The same, where it may be used for this destination. Whether it is visible does not matter. */
  findFor(slug: string, destination: Destination): EnabledProvider | null;
  /** Whether somebody who signed in with this provider may be let through to the destination; it need not be enabled any more. */
  admits(slug: string, destination: Destination): boolean;
  /** What is said of a provider that may be disabled, or of a campus that sends people; null for what is not configured any more. */
  recordOf(slug: string): ProviderRecord | null;
  /** The campus whose people these are; null for a provider, and for one whose launches are not taken now. */
  registrationOf(provider: string): LaunchRegistration | null;
  choices(destination: Destination, lastUsed: string | null): Choices;
  /** At most as many as there can be buttons, the best first. */
  search(destination: Destination, query: string): readonly EnabledProvider[];
  /** Whose callback was registered at this path of ours: those that are switched on first, but also one that is only tested. */
  slugsAtCallbackPath(path: string): readonly string[];
  /** The one provider for people with addresses of this domain; null where there is none, or several. */
  findByAddress(address: string, destination: Destination): EnabledProvider | null;
  /** The providers of a vendor that people can sign in with, in order. */
  ofVendor(vendor: string): readonly EnabledProvider[];
  /** Whether one of them signs in whoever reads the mailbox of this address. */
  mailReaches(address: string): boolean;
  /** The picture that is served as `/assets/<file>`. */
  picture(file: string): Uint8Array | null;
}

export interface DirectorySurroundings {
  readonly records: Records;
  /** Null for one that is switched off or cannot be read. */
  readonly providerOf: (document: ProviderDocument) => WatchedProvider | null;
  readonly launches: LaunchRegistrations;
}

export function createDirectory(
  { providers, clients }: ConfigurationSnapshot,
  { records, providerOf, launches }: DirectorySurroundings,
): Directory {
  const documents = [...providers.values()];
  const enabled = lazy(() => documents.filter((document) => document.enabled));
  const sites = lazy(() => new Set(documents.flatMap(({ site }) => site ?? [])));
  const offered = lazy(() => enabled().filter(({ visible }) => visible));
  const searched = lazy(() =>
    inOrder(
      offered().filter(({ vendor }) => !isOwnWay(vendor)),
      records,
    ),
  );
  const byPath = lazy(() => indexOf([...enabled(), ...documents.filter((one) => !one.enabled)], callbackPathsOf));
  const byDomain = lazy(() => indexOf(enabled(), ({ domains }) => domains));
  const byPicture = lazy(() => indexOf(documents, (document) => pictureFilesOf(document, records)));
  const arranged = new Map<string, Choices>();

  const terms = (destination: Destination) => termsOf(destination, clients, sites());

  function enable(document: ProviderDocument): EnabledProvider | null {
    const provider = providerOf(document);
    return provider === null ? null : { record: records.of(document), provider };
  }

  function registrationOf(provider: string): LaunchRegistration | null {
    return launches.get(registrationSlug(provider) ?? '') ?? null;
  }

  function find(slug: string): EnabledProvider | null {
    const document = providers.get(slug);
    return document === undefined ? null : enable(document);
  }

  function findFor(slug: string, destination: Destination): EnabledProvider | null {
    const document = providers.get(slug);
    return document !== undefined && fits(document, terms(destination)) ? enable(document) : null;
  }

  function choicesFor(given: Terms, clientId: string | null): Choices {
    // The site as the terms have it: one that no provider is bound to, such as an app's changing port, makes no new entry.
    const key = JSON.stringify([clientId, given.site]);
    const known = arranged.get(key);
    if (known !== undefined) return known;
    const fitting = offered().filter((document) => fits(document, given));
    const others = fitting.filter(({ vendor }) => !isOwnWay(vendor));
    const choices = arrange({
      primary: others.filter(({ secondary }) => !secondary),
      institutions: others.filter(({ secondary }) => secondary),
      own: fitting.filter(({ vendor }) => isOwnWay(vendor)),
      inOrder: (documents) => inOrder(documents, records),
      enable,
    });
    arranged.set(key, choices);
    return choices;
  }

  return {
    find,
    findFor,
    admits(slug, destination) {
      // Where its launches lead is the operator's word, as `allowed_providers` is.
      if (registrationOf(slug)?.client === destination.clientId) return true;
      const document = providers.get(slug) ?? { slug, site: null, vendor: '' };
      return fits(document, terms(destination));
    },
    recordOf(slug) {
      const document = providers.get(slug);
      if (document !== undefined) return records.of(document);
      const registration = registrationOf(slug);
      return registration && recordOfRegistration(registration);
    },
    registrationOf,
    choices(destination, lastUsed) {
      const isShown = lastUsed !== null && providers.get(lastUsed)?.visible === true;
      const first = isShown ? findFor(lastUsed, destination) : null;
      return withFirst(choicesFor(terms(destination), destination.clientId), first);
    },
    search(destination, query) {
      const given = terms(destination);
      const fitting = searched().filter((document) => fits(document, given));
      return search(fitting, records.foldedOf, query, MOST_BUTTONS).flatMap((document) => enable(document) ?? []);
    },
    slugsAtCallbackPath: (path) => (byPath().get(path) ?? []).map(({ slug }) => slug),
    findByAddress(address, destination) {
      const given = terms(destination);
      const fitting = (byDomain().get(domainOf(address)) ?? []).filter((document) => fits(document, given));
      const [document, ...others] = fitting;
      return document === undefined || others.length > 0 ? null : enable(document);
    },
    ofVendor(vendor) {
      const found = enabled().filter((document) => document.vendor === vendor);
      return inOrder(found, records).flatMap((document) => enable(document) ?? []);
    },
    mailReaches(address) {
      return enabled().some(
        (document) => document.vendor === 'email' && enable(document) !== null && takesDomainOf(document, address),
      );
    },
    picture(file) {
      const [document] = byPicture().get(file) ?? [];
      const icon = document?.icon ? readIcon(document.icon) : null;
      return icon?.kind === 'picture' ? icon.png : null;
    },
  };
}

/** By the place that the operator gave them, then by name, and by slug where two have the same name. */
function inOrder(documents: readonly ProviderDocument[], { foldedNameOf }: Records): readonly ProviderDocument[] {
  return documents
    .map((document) => ({ document, key: `${foldedNameOf(document)}\n${document.slug}` }))
    .toSorted((a, b) => a.document.order - b.document.order || (a.key < b.key ? -1 : 1))
    .map(({ document }) => document);
}

/** Vendors name an address that was registered earlier in the same way; read here as written, because no provider is made. */
function callbackPathsOf({ settings }: ProviderDocument): readonly string[] {
  const written = settings.redirect_uri;
  const url = typeof written === 'string' ? URL.parse(written) : null;
  return url === null ? [] : [url.pathname];
}

function pictureFilesOf(document: ProviderDocument, records: Records): readonly string[] {
  const icon = document.icon === null ? null : records.of(document).icon;
  return icon?.kind === 'picture' ? [icon.file] : [];
}

/** The vendor's own setting, read as written. */
function takesDomainOf({ settings }: ProviderDocument, address: string): boolean {
  const domains = settings.allowed_domains;
  return !Array.isArray(domains) || domains.includes(domainOf(address));
}

/** In lower case and as an A-label, so that `ñ` reaches a domain that has one. Empty for what is no address. */
function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at === -1 ? '' : domainToASCII(address.slice(at + 1));
}

function indexOf(
  documents: readonly ProviderDocument[],
  keysOf: (document: ProviderDocument) => readonly string[],
): ReadonlyMap<string, readonly ProviderDocument[]> {
  const index = new Map<string, ProviderDocument[]>();
  for (const document of documents) {
    for (const key of keysOf(document)) {
      const there = index.get(key);
      if (there === undefined) index.set(key, [document]);
      else there.push(document);
    }
  }
  return index;
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
