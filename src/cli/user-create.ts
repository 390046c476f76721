/**
 * `llavero user create`: one account for somebody who has none yet.
 *
 * A password is never an argument: it is read from standard input, or the person chooses it with a mail.
 */
import { createUser, type NewAccount } from '../admin/create-user.ts';
import { parseSettings } from '../config.ts';
import { createNotices } from '../credentials/notices.ts';
import { defaultLocale, locales } from '../i18n/locale.ts';
import type { RegistrationField } from '../model.ts';
import { createPasswordHasher } from '../passwords/hasher.ts';
import { DEFAULT_MINIMUM_LENGTH } from '../passwords/policy.ts';
import { registrationFields } from '../person/fields.ts';
import { brandOf } from '../web/brand.ts';
import { type Command, readArguments, UsageError } from './command.ts';
import { byOperator, toldByServer } from './told-by-server.ts';
import { REASON, requireReason } from './user-account.ts';
import { withStore } from './with-store.ts';

const otherFields = registrationFields.filter((field) => field !== 'email' && field !== 'username');

export const userCreate: Command = {
  name: 'user create',
  usage: '--email ADDRESS --reason TEXT [--verified] [--username NAME] [--field NAME=VALUE …] [--password-stdin]',
  details: [
    '--verified        you say that the mailbox is the person’s: whoever has it gets the account. The reason says how you know',
    '--username NAME   otherwise by the rule `accounts.username`',
    `--field           ${otherFields.join(', ')}`,
    '--password-stdin  reads the password from standard input; without it the person gets a mail and chooses one',
    '--language        of the mail: es-MX or en',
    '--provider SLUG   of vendor `password`, which signs them in: `password` unless said otherwise',
    'An address that somebody has is refused, and said whose it is: running it twice makes one account.',
    REASON,
  ],
  async run(context) {
    const { values } = readArguments(context.arguments, [], {
      email: { type: 'string' },
      reason: { type: 'string' },
      verified: { type: 'boolean', default: false },
      username: { type: 'string' },
      field: { type: 'string', multiple: true, default: [] },
      'password-stdin': { type: 'boolean', default: false },
      language: { type: 'string', default: defaultLocale },
      provider: { type: 'string', default: 'password' },
    });
    const { environment, env, operator } = context;
    const cause = { by: operator, reason: requireReason(values.reason) };
    if (values.email === undefined) throw new UsageError('--email is missing');
    const locale = locales.find((known) => known === values.language);
    if (locale === undefined) throw new UsageError(`--language is one of ${locales.join(', ')}`);
    const { email, username } = values;
    const fields = { ...readFields(values.field), email, ...(username === undefined ? {} : { username }) };
    const password = values['password-stdin'] ? withoutLineEnd(await context.readText('-')) : null;
    const told = toldByServer(parseSettings(env), environment);
    const created = await withStore(context, async ({ configuration, databases, store, vault }) => {
      const { providers, accounts, brand } = await configuration.current();
      const document = providers.get(values.provider);
      if (document?.vendor !== 'password') {
        throw new UsageError(`there is no provider ${values.provider} of vendor password`);
      }
      const { minimum_length: minimum } = document.settings;
      const notices = createNotices({ ...told, vault, brand: async () => brandOf(brand) });
      const creation = {
        ...{ environment, database: databases.durable, store, vault, usernameRule: accounts.username },
        hasher: createPasswordHasher({ environment }),
        provider: {
          slug: values.provider,
          minimumLength: typeof minimum === 'number' ? minimum : DEFAULT_MINIMUM_LENGTH,
        },
        canSendMail: told.mail.canSend,
        invite: (address: string) =>
          notices.prepare([{ kind: 'account-created' }], [{ address, verifiedAt: environment.now() }], {
            ...{ locale, requester: byOperator, eventId: null },
          }),
      };
      return createUser(creation, { fields, verified: values.verified, password }, cause);
    });
    const next = created.invited ? ' The person gets a mail, and chooses a password.' : '';
    context.show(created, `The account ${created.id} is made: ${created.username}, ${created.email}.${next}`);
    return 0;
  },
};

/** @throws UsageError */
function readFields(given: readonly string[]): NewAccount['fields'] {
  const read = given.map((one) => {
    const [name = '', ...value] = one.split('=');
    const field = otherFields.find((known) => known === name);
    if (field === undefined || value.length === 0) {
      throw new UsageError(`--field is NAME=VALUE, of ${otherFields.join(', ')}`);
    }
    return [field, value.join('=')] as const;
  });
  return Object.fromEntries(read) as { readonly [field in RegistrationField]?: string };
}

/** The line end is that of whoever typed or piped it, and no part of the password. */
const withoutLineEnd = (text: string) => text.replace(/\r?\n$/, '');
