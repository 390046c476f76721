/**
 * A deep linking request as it is stored, for tests.
 */
import type { DeepLink } from '../../src/store/lti-deep-links.ts';
import { NOW } from '../store-fixture.ts';

export const deepLink: DeepLink = {
  ...{ registration: 'moodle', deploymentId: '1', subject: 'ana-at-the-campus', clientId: 'lms', signedIn: false },
  settings: {
    ...{ returnUrl: 'https://campus.example/dl', data: ' as it is ', acceptTypes: ['ltiResourceLink'] },
    ...{ acceptMultiple: true, acceptLineItem: true },
  },
  expiresAt: NOW + 10,
};
