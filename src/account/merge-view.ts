/**
 * From the plan of a merge to what its person is shown of it.
 */
import type { Directory } from '../directory/directory.ts';
import type { Locale } from '../model.ts';
import type { MergeAccount, MergePreviewProps, MergeQuestionProps } from '../pages/account-merge.ts';
import type { AccountGraph } from '../store/account-graph.ts';
import { fullName } from '../users/arrival.ts';
import { nameOf } from '../users/known-values.ts';
import type { MergeChoices, MergePlan, Side } from '../users/merge-plan.ts';
import { type MergePreview, type PreviewedField, previewOf } from '../users/merge-preview.ts';

export interface ViewSources {
  readonly directory: Directory;
  readonly locale: Locale;
  /** What an app is called; its id where it is configured no more. */
  readonly clientName: (clientId: string) => string;
  /** The account that this browser is signed in to. */
  readonly myId: string;
}

type View = Omit<MergePreviewProps, 'form' | 'exchangeHref' | 'hasChanged'>;

export function mergeViewOf(plan: MergePlan, { directory, locale, clientName, myId }: ViewSources): View {
  const preview = previewOf(plan);
  // Also of a provider that is switched off: the person knows it by its name.
  const providerName = (slug: string) => directory.recordOf(slug)?.name[locale] ?? slug;
  const account = ({ user, identities, emails }: AccountGraph): MergeAccount => ({
    isMine: user.id === myId,
    name: fullName(nameOf(user)),
    username: user.username,
    createdAt: user.createdAt,
    providerNames: [...new Set(identities.map(({ provider }) => providerName(provider)))],
    addresses: emails.map(({ address }) => address),
  });
  const ended = preview.identities.filter(({ outcome }) => outcome === 'ends');
  const apps = (kind: MergePreview['clients'][number]['kind']) =>
    preview.clients.filter((client) => client.kind === kind).map(({ clientId }) => clientName(clientId));
  return {
    survivor: account(plan.survivor),
    retired: account(plan.retired),
    questions: preview.fields.filter(({ isQuestion }) => isQuestion).map(questionOf),
    endingProviders: ended.map(({ provider }) => providerName(provider)),
    endingAddresses: preview.emails.filter(({ outcome }) => outcome === 'ends').map(({ address }) => address),
    appsAsBefore: apps('subject-kept'),
    appsTold: apps('subject-replaced'),
  };
}

function questionOf(field: PreviewedField): MergeQuestionProps {
  const values = { survivor: textOf(field, 'survivor'), retired: textOf(field, 'retired') };
  return { field: field.field, values, chosen: field.chosen };
}

function textOf(field: PreviewedField, side: Side): string {
  switch (field.field) {
    case 'name':
      return fullName(field[side]) ?? '';
    case 'phone':
      return field[side]?.number ?? '';
    default:
      return field[side] ?? '';
  }
}

const PREFIX = 'choice-';

/**
 * What was chosen of what was asked. Null for anything else, which no page of ours sends: an answer to a question that was not asked
 * is no agreement to anything.
 */
export function readChoices(fields: ReadonlyMap<string, string>, { fields: shown }: MergePreview): MergeChoices | null {
  const asked = new Set<string>(shown.filter(({ isQuestion }) => isQuestion).map(({ field }) => field));
  const choices: { [field: string]: Side } = {};
  for (const [name, value] of fields) {
    if (!name.startsWith(PREFIX)) continue;
    const field = name.slice(PREFIX.length);
    if (!asked.has(field) || (value !== 'survivor' && value !== 'retired')) return null;
    choices[field] = value;
  }
  return choices;
}
