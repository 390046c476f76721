/**
 * What a sign-in needs of a provider's document, read from the document and its vendor without making the provider.
 *
 * Kept for each document as long as it is in use, because thousands may be configured and few of them change. Must
 * never: take anything from the settings but what the vendor says of its name.
 */
import { createHash } from 'node:crypto';
import { readIcon } from '../configuration/icon.ts';
import type { ProviderDocument } from '../configuration/provider-document.ts';
import type { ProviderIcon, ProviderRecord, Words } from '../model.ts';
import { inAllLanguages, type Vendor } from '../providers/vendor.ts';
import { type Folded, fold, folded } from './search.ts';

const ownDrawings: ReadonlyMap<string, ProviderIcon> = new Map([
  ['email', { kind: 'drawing', drawing: 'envelope' }],
  ['password', { kind: 'drawing', drawing: 'padlock' }],
  ['guest', { kind: 'drawing', drawing: 'person' }],
]);

export interface Records {
  of(document: ProviderDocument): ProviderRecord;
  /** Its name as names are compared. Reads no settings: it is what thousands are put in order by. */
  foldedNameOf(document: ProviderDocument): string;
  /** What a search finds it by. */
  foldedOf(document: ProviderDocument): Folded;
}

export function createRecords(vendors: readonly Vendor[]): Records {
  const vendorOf = ({ vendor }: ProviderDocument) => vendors.find((candidate) => candidate.vendor === vendor) ?? null;
  const nameOf = (document: ProviderDocument) => {
    const { name, slug } = document;
    if (name === null) return vendorOf(document)?.name ?? inAllLanguages(slug);
    return typeof name === 'string' ? inAllLanguages(name) : name;
  };
  const of = kept((document) => read(document, nameOf(document), vendorOf(document)));
  return {
    of,
    foldedNameOf: kept((document) => fold(nameOf(document)['es-MX'])),
    foldedOf: kept((document) => {
      const { name, hint, slug } = of(document);
      return folded(name['es-MX'], [name.en, ...Object.values(hint ?? {}), slug]);
    }),
  };
}

/** Made once for each document. */
function kept<T>(make: (document: ProviderDocument) => T): (document: ProviderDocument) => T {
  const made = new WeakMap<ProviderDocument, { readonly value: T }>();
  return (document) => {
    const known = made.get(document);
    if (known !== undefined) return known.value;
    const value = make(document);
    made.set(document, { value });
    return value;
  };
}

function read(document: ProviderDocument, name: Words, vendor: Vendor | null): ProviderRecord {
  const { max_session_length: seconds } = document;
  return {
    slug: document.slug,
    vendor: document.vendor,
    name,
    hint: document.hint ?? hintOf(document, vendor),
    icon: document.icon === null ? (ownDrawings.get(document.vendor) ?? null) : iconOf(document.icon),
    skipHintedLoginDialog: document.skip_hinted_login_dialog,
    skipRegistrationForm: document.skip_registration_form,
    skipEmailVerification: document.skip_email_verification,
    sendToRegistrationFirst: document.send_to_registration_first,
    oneIdentityPerUser: document.one_identity_per_user,
    syncLearnerProfileData: document.sync_learner_profile_data,
    enableSsoIdVerification: document.enable_sso_id_verification,
    // 0 is a session that ends with the browser, and ours always does.
    maxSessionLength: seconds === null || seconds === 0 ? null : seconds * 1000,
  };
}

function hintOf({ settings }: ProviderDocument, vendor: Vendor | null): Words | null {
  const read = vendor?.settings.safeParse(settings);
  return vendor !== null && read?.success === true ? vendor.hint(read.data) : null;
}

/** Named after its content, so that it may be cached for ever and another picture has another address. */
function iconOf(text: string): ProviderIcon | null {
  const icon = readIcon(text);
  if (icon.kind === 'letters') return icon;
  if (icon.kind === 'fault') return null;
  const hash = createHash('sha256').update(icon.png).digest('base64url').slice(0, 16);
  return { kind: 'picture', file: `provider.${hash}.png` };
}
