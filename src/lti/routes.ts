/**
 * All addresses of LTI (DESIGN §11).
 *
 * Mount before whatever refuses forms of other sites: that is what a launch is. Each route says itself what shows that it may go on.
 */
import type { KeySource } from '../oidc/key-source.ts';
import type { WebApp } from '../web/context.ts';
import { mountDeepLinks } from './deep-link-routes.ts';
import type { LtiDependencies } from './dependencies.ts';
import { mountLtiKeySet } from './key-set.ts';
import { mountLaunch11 } from './routes-1-1.ts';
import { mountLaunch13 } from './routes-1-3.ts';

export function mountLti(app: WebApp, dependencies: LtiDependencies & { readonly keys: KeySource }): void {
  mountLtiKeySet(app, dependencies.keys);
  mountLaunch11(app, dependencies);
  mountLaunch13(app, { ...dependencies, receiveDeepLink: mountDeepLinks(app, dependencies) });
}
