/**
 * The connector of one LMS, for the commands of the group `openedx`.
 */
import { parseSettings } from '../config.ts';
import { openConnectors } from '../connectors.ts';
import type { Connector } from '../open-edx/connector.ts';
import type { OpenStore } from '../open-store.ts';
import type { CommandContext } from './command.ts';
import { commandLog, withStore } from './with-store.ts';

export const LMS_OPTION = { lms: { type: 'string' } } as const;
export const LMS_MEANS = '--lms SLUG   which LMS; needed where several are configured';

export async function withConnector<Result>(
  context: CommandContext,
  slug: string | undefined,
  work: (connector: Connector, open: OpenStore) => Promise<Result>,
): Promise<Result> {
  // The issuer: what is made here is redeemed at the server of this address.
  const { publicUrl } = parseSettings(context.env);
  return withStore(context, async (open) => {
    const surroundings = { environment: context.environment, log: commandLog(context), publicUrl: new URL(publicUrl) };
    const connectors = openConnectors(open, { ...surroundings, calls: null, delay: null });
    try {
      return await work(await connectors.open(slug ?? null), open);
    } finally {
      await connectors.close();
    }
  });
}
