/**
 * `llavero event …`: what apps are to be told and could not be told yet.
 */
import { type EventList, listEvents, retryDeadEvents, retryEvent } from '../admin/events.ts';
import type { OutgoingEventView } from '../store/outgoing-events.ts';
import { type Command, readArguments } from './command.ts';
import { count, moment, table } from './text.ts';
import { withStore } from './with-store.ts';

export const eventList: Command = {
  name: 'event list',
  usage: '[--dead]',
  details: [
    '--dead   those that were given up, with the reason',
    'Oldest first. Not what they say: it is about people.',
  ],
  async run(context) {
    const { values } = readArguments(context.arguments, [], { dead: { type: 'boolean' } });
    const which = values.dead === true ? 'dead' : 'waiting';
    const list = await withStore(context, ({ store }) => listEvents(store.outgoingEvents, which));
    context.show(list, which === 'dead' ? describeDead(list) : describeWaiting(list));
    return 0;
  },
};

function describeWaiting(list: EventList): string {
  if (list.total === 0) return 'Nothing waits to be told.';
  const head = ['EVENT', 'APP', 'WHAT', 'SINCE', 'ATTEMPTS', 'NEXT', 'LAST FAILURE'];
  return described(list, head, (event) => [
    ...common(event),
    String(event.attempts),
    moment(event.nextAttemptAt),
    event.failure ?? '',
  ]);
}

function describeDead(list: EventList): string {
  if (list.total === 0) return 'There are no dead letters.';
  const head = ['EVENT', 'APP', 'WHAT', 'SINCE', 'GIVEN UP', 'REASON'];
  return described(list, head, (event) => [...common(event), moment(event.givenUpAt ?? 0), event.failure ?? '']);
}

const common = ({ id, clientId, kind, createdAt }: OutgoingEventView) => [id, clientId, kind, moment(createdAt)];

function described({ events, total }: EventList, head: string[], row: (event: OutgoingEventView) => string[]): string {
  const more = total > events.length ? [`… and ${total - events.length} more`] : [];
  return [table([head, ...events.map(row)]), ...more].join('\n');
}

export const eventRetry: Command = {
  name: 'event retry',
  usage: 'ID | --all-dead',
  details: ['--all-dead   every dead letter', 'Running servers send what is due within ten seconds.'],
  async run(context) {
    const { id } = readCall(context.arguments);
    const now = context.environment.now();
    const retried = await withStore(context, async ({ store: { outgoingEvents } }) => {
      if (id === null) return retryDeadEvents(outgoingEvents, now);
      await retryEvent(outgoingEvents, id, now);
      return 1;
    });
    context.show({ retried }, `${count(retried, 'event', 'events')} due now.`);
    return 0;
  },
};

/** `id` is null where all are meant. @throws UsageError for neither, or both. */
function readCall(given: readonly string[]): { readonly id: string | null } {
  const options = { 'all-dead': { type: 'boolean' } } as const;
  if (!given.includes('--all-dead')) return { id: readArguments(given, ['ID'], options).positionals[0] };
  readArguments(given, [], options);
  return { id: null };
}
