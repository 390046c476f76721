/**
 * Institutions that are configured before anything is measured, to show whether a sign-in costs the same among many.
 */

import { providerSchema } from '../src/configuration/provider-document.ts';
import type { ConfigurationWrite } from '../src/configuration/revisions.ts';
import type { Environment } from '../src/model.ts';
import type { OpenStore } from '../src/open-store.ts';

const PROVIDERS_PER_COMMIT = 500;

export async function seedProviders(
  { configurationStore }: OpenStore,
  providers: number,
  environment: Environment,
): Promise<void> {
  const authorship = { by: 'bench', reason: 'bench', at: environment.now() };
  for (let first = 0; first < providers; first += PROVIDERS_PER_COMMIT) {
    const count = Math.min(PROVIDERS_PER_COMMIT, providers - first);
    const writes = Array.from({ length: count }, (_, index) => institution(first + index));
    const { saved } = await configurationStore.saveChanges(
      await configurationStore.latestRevision(),
      writes,
      authorship,
    );
    if (!saved) throw new Error('somebody else changed the configuration');
  }
}

function institution(number: number): ConfigurationWrite {
  const slug = `institution-${number}`;
  const settings = { base_address: `https://${slug}.example`, client_id: 'llavero', client_secret: 'of-no-importance' };
  const record = { slug, vendor: 'wordpress', enabled: true, name: `Universidad Número ${number}`, secondary: true };
  return { kind: 'provider', name: slug, document: providerSchema.parse({ ...record, settings }) };
}
