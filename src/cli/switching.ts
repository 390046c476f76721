/**
 * Commands that switch on or off what is configured under a slug: `provider enable`, `lti disable` and the like.
 */
import type { Authorship, ConfigurationStore } from '../configuration/revisions.ts';
import { type Command, readArguments } from './command.ts';
import { authorship, withStore } from './with-store.ts';

export const REASON = '--reason TEXT   kept in the history';

/** What a change of one document came to. */
export interface Changed {
  /** False: it was so already, and nothing was written. */
  readonly changed: boolean;
  readonly revision: number;
}

export interface Switching {
  readonly name: string;
  readonly enabled: boolean;
  /** What comes of it, for the help. */
  readonly effect: readonly string[];
  change(
    store: ConfigurationStore,
    wanted: { readonly slug: string; readonly enabled: boolean },
    author: Authorship,
  ): Promise<Changed>;
}

export function switching({ name, enabled, effect, change }: Switching): Command {
  return {
    name,
    usage: 'SLUG [--reason TEXT]',
    details: [
      ...effect,
      'Running servers see it within five seconds. A file that is applied later must say the same.',
      REASON,
    ],
    async run(context) {
      const { values, positionals } = readArguments(context.arguments, ['SLUG'], { reason: { type: 'string' } });
      const [slug] = positionals;
      const author = authorship(context, values.reason, `${name} ${slug}`);
      const changed = await withStore(context, ({ configurationStore }) =>
        change(configurationStore, { slug, enabled }, author),
      );
      context.show(changed, whatCameOf(changed, `${slug} is ${enabled ? 'enabled' : 'disabled'}`));
      return 0;
    },
  };
}

/** @param is how it stands now, without a full stop */
export const whatCameOf = ({ changed, revision }: Changed, is: string): string =>
  changed ? `${is}. Saved as revision ${revision}.` : `${is} already. Nothing to change.`;
