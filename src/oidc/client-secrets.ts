/**
 * A client's secret and, while it is exchanged, the one before it (N-03): both are taken wherever a client proves itself.
 *
 * The library asks its client object and knows one secret. Both are compared in any case, each in constant time, so that an answer
 * does not tell by how long it took whether there are two (N-10).
 */
import type { Provider } from 'oidc-provider';
import { equalSecrets } from '../crypto.ts';
import type { Environment } from '../model.ts';

export function takeBothSecrets({ Client }: Provider, environment: Pick<Environment, 'now'>): void {
  Client.prototype.compareClientSecret = function (given: string): boolean {
    const { previous_client_secret: previous, previous_client_secret_expires_at: end } = this;
    const isCurrent = equalSecrets(given, this.clientSecret ?? '');
    const isPrevious = equalSecrets(given, typeof previous === 'string' ? previous : '');
    const inTime = typeof end === 'string' && environment.now() < Date.parse(end);
    return given !== '' && (isCurrent || (isPrevious && inTime));
  };
}
