/**
 * `llavero user export`: what is held of a person, as they get it themselves, for who asks in writing (M-04, M-11).
 */
import { exportUser } from '../admin/export-user.ts';
import { defaultLocale } from '../i18n/locale.ts';
import { textsFor } from '../i18n/texts.ts';
import type { Locale } from '../model.ts';
import { type Command, readArguments } from './command.ts';
import { REASON, requireReason, USER, USER_MEANS } from './user-account.ts';
import { withStore } from './with-store.ts';

const meaningsIn = (locale: Locale | null) => textsFor(locale ?? defaultLocale).accountData.parts;

export const userExport: Command = {
  name: 'user export',
  usage: `${USER} --reason TEXT [--out FILE]`,
  details: [
    USER_MEANS,
    'Prints one JSON document: the one that people download at /account/data. That you did is recorded.',
    '--out FILE   writes it to a new file that only you can read, and prints what is in it in a line.',
    REASON,
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, [USER], {
      reason: { type: 'string' },
      out: { type: 'string' },
    });
    const cause = { by: context.operator, reason: requireReason(values.reason) };
    const { environment } = context;
    const { id, document } = await withStore(context, ({ databases, store }) =>
      exportUser({ environment, database: databases.durable, store }, positionals[0], cause, meaningsIn),
    );
    const text = JSON.stringify(document, null, 2);
    if (values.out === undefined) {
      context.show(document, text);
      return 0;
    }
    await context.writePrivately(values.out, `${text}\n`);
    context.show({ id, file: values.out }, `All that is held of ${id} is in ${values.out}.`);
    return 0;
  },
};
