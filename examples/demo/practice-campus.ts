/**
 * The practice campus of the demo: courses whose links open the course site, by LTI 1.3 and, as older campuses do, by LTI 1.1.
 *
 * One of its people is also one of the practice Llave MX, with the same address. What it keeps is in memory, and gone with the process.
 */
import {
  allLtiScopes,
  createLtiSimulator,
  type LtiCourse,
  type LtiPerson,
  type LtiSimulator,
  type LtiTool,
  ltiPracticePeople,
} from '../../simulators/index.ts';
import type { Environment } from '../../src/model.ts';

export interface PracticeCampusOptions {
  readonly environment: Environment;
  /** Where the campus is. */
  readonly origin: string;
  /** Where the broker is: what launches go through. */
  readonly broker: string;
  /** Where the course site is: what they lead to. */
  readonly courseSite: string;
  /** Of LTI 1.1. */
  readonly secret: string;
}

/** As llavero.yaml has them. */
const CONSUMER_KEY = 'campus-tezontle';
const CLIENT_ID = 'llavero';
const DEPLOYMENT_ID = '1';

export function createPracticeCampus(options: PracticeCampusOptions): LtiSimulator {
  const { environment, origin, courseSite } = options;
  return createLtiSimulator({
    environment,
    origin,
    prefix: '',
    // Its cookie also works in browsers that want https for more than that.
    product: 'moodle',
    fetch: (address) => fetch(address, { signal: AbortSignal.timeout(10_000) }),
    tools: toolsOf(options),
    people: [learnerWithLlaveMx, ...ltiPracticePeople],
    courses: coursesWith(courseSite),
    controls: true,
  });
}

function toolsOf({ broker, courseSite, secret }: PracticeCampusOptions): readonly LtiTool[] {
  return [
    {
      version: '1.3',
      slug: 'ceiba',
      name: 'Ceiba',
      launchAddress: `${courseSite}/courses/water`,
      clientId: CLIENT_ID,
      deploymentId: DEPLOYMENT_ID,
      loginAddress: `${broker}/lti/1.3/login`,
      redirectUris: [`${broker}/lti/1.3/launch`],
      keySetAddress: `${broker}/lti/1.3/jwks`,
      scopes: allLtiScopes,
      // Whoever came by the older version is known by the newer one.
      legacy: { consumerKey: CONSUMER_KEY, secret },
    },
    {
      version: '1.1',
      slug: 'ceiba-antigua',
      name: 'Ceiba (LTI 1.1)',
      launchAddress: `${broker}/lti/1.1/launch`,
      consumerKey: CONSUMER_KEY,
      secret,
      signatureMethod: 'HMAC-SHA1',
    },
  ];
}

const learnerWithLlaveMx: LtiPerson = {
  slug: 'nacional',
  name: 'Citlali Ximena Robledo Ayala',
  special: {
    es: 'Alumna. También es persona de práctica de Llave MX, con el mismo correo.',
    en: 'Learner. Also a practice person of Llave MX, with the same e-mail.',
  },
  number: 7,
  given: 'Citlali Ximena',
  family: 'Robledo Ayala',
  email: 'citlali.robledo@example.com',
  username: 'crobledo',
  sourcedId: 'A01234570',
  sharing: 'everything',
  isTestUser: false,
  isAdministrator: false,
};

function coursesWith(courseSite: string): readonly LtiCourse[] {
  const statistics = `${courseSite}/courses/statistics`;
  return [
    {
      slug: 'cie-201',
      label: 'CIE-201',
      title: 'Ciencias de la Tierra (grupo 1)',
      members: {
        ...{
          nacional: 'learner',
          alumna: 'learner',
          alumno: 'learner',
          reservada: 'learner',
          'correo-vacio': 'learner',
        },
        ...{ 'vista-alumno': 'learner', profesora: 'instructor', administrador: 'administrator' },
      },
      isPublic: true,
      links: [
        { slug: 'agua', title: 'El agua en la ciudad', tool: 'ceiba', target: null, custom: {}, isGraded: true },
        {
          ...{ slug: 'estadistica', title: 'Estadística con los pies en la tierra', tool: 'ceiba' },
          ...{ target: statistics, custom: {}, isGraded: true },
        },
        {
          // In 1.1 the address of a link is the broker's; where it leads is a parameter of its own.
          ...{ slug: 'estadistica-antigua', title: 'Estadística, como antes', tool: 'ceiba-antigua' },
          ...{ target: null, custom: { target_link_uri: statistics }, isGraded: true },
        },
      ],
    },
  ];
}
