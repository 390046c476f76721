/**
 * The endpoints of Llave MX, and a request to one of them.
 */

import type { ReceivedAt } from '../shared/received.ts';

export type Endpoint = 'authorize' | 'token' | 'user-data' | 'roles' | 'logout';

/** `other` is every path that the real system does not have. */
export type Received = ReceivedAt<Endpoint | 'other'>;
