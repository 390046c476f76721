/**
 * Strict stand-ins for the outside world: for demonstrations, for our tests and for those of integrators.
 */

export { type Address, type Listening, listen } from './listen.ts';
export type { Application, NativeApplication, WebApplication } from './llave-mx/application.ts';
export type { AuthorizationRequest } from './llave-mx/authorization-request.ts';
export type { Choose } from './llave-mx/authorize.ts';
export { completeCurp, curpCheckDigit } from './llave-mx/curp.ts';
export { generatedPerson } from './llave-mx/generated-person.ts';
export type { Misbehaviour, Order } from './llave-mx/misbehaviour.ts';
export { practicePeople } from './llave-mx/people.ts';
export type { ConsentingPerson, Person, RefusingPerson } from './llave-mx/person.ts';
export type { Endpoint, Received } from './llave-mx/received.ts';
export { createLlaveMxSimulator, type LlaveMxSimulator, type LlaveMxSimulatorOptions } from './llave-mx/simulator.ts';
export {
  type Course as LtiCourse,
  type CourseRole as LtiCourseRole,
  type Link as LtiLink,
  practiceCourse as ltiPracticeCourse,
} from './lti/course.ts';
export type { LaunchForm as LtiLaunchForm } from './lti/form-page.ts';
export type { LineItem as LtiLineItem, Score as LtiScore } from './lti/grade-book.ts';
export { type LaunchFault, launchFaults } from './lti/launch-faults.ts';
export type { Misbehaviour as LtiMisbehaviour, Order as LtiOrder } from './lti/misbehaviour.ts';
export { ltiPracticePeople } from './lti/people.ts';
export type { Person as LtiPerson } from './lti/person.ts';
export type { ProductName as LtiProductName } from './lti/product.ts';
export { type SignedLaunchFault, signedLaunchFaults } from './lti/signed-launch-faults.ts';
export {
  createLtiSimulator,
  type LtiSimulator,
  type LtiSimulatorOptions,
  type Pressed as LtiPressed,
} from './lti/simulator.ts';
export {
  allScopes as allLtiScopes,
  scopes as ltiScopes,
  type Tool as LtiTool,
  type Tool11 as LtiTool11,
  type Tool13 as LtiTool13,
} from './lti/tool.ts';
export {
  type ArrivingMail,
  createMailbox,
  type Mailbox,
  type MailboxOptions,
  type ReceivedMail,
} from './mailbox/mailbox.ts';
export type { Client as OAuth1Client } from './oauth1/client.ts';
export type { FlavourName as OAuth1FlavourName } from './oauth1/flavour.ts';
export type { Misbehaviour as OAuth1Misbehaviour, Order as OAuth1Order } from './oauth1/misbehaviour.ts';
export { oauth1PracticePeople } from './oauth1/people.ts';
export type { Person as OAuth1Person } from './oauth1/person.ts';
export { createOAuth1Simulator, type OAuth1Simulator, type OAuth1SimulatorOptions } from './oauth1/simulator.ts';
export { type Flavour as OAuth2Flavour, plain as plainOAuth2Flavour } from './oauth2/flavour.ts';
export type { FlavourName as OAuth2FlavourName } from './oauth2/flavours.ts';
export type { Misbehaviour as OAuth2Misbehaviour, Order as OAuth2Order } from './oauth2/misbehaviour.ts';
export { oauth2PracticePeople } from './oauth2/people.ts';
export type { Person as OAuth2Person } from './oauth2/person.ts';
export { createOAuth2Simulator, type OAuth2Simulator, type OAuth2SimulatorOptions } from './oauth2/simulator.ts';
export type { FlavourName } from './oidc/flavour.ts';
export type { Misbehaviour as OidcMisbehaviour, Order as OidcOrder } from './oidc/misbehaviour.ts';
export { oidcPracticePeople } from './oidc/people.ts';
export type { Person as OidcPerson } from './oidc/person.ts';
export { createOidcSimulator, type OidcSimulator, type OidcSimulatorOptions } from './oidc/simulator.ts';
export { practiceCourses as openEdxPracticeCourses } from './open-edx/courses.ts';
export type { Misbehaviour as OpenEdxMisbehaviour, Order as OpenEdxOrder } from './open-edx/misbehaviour.ts';
export type {
  AccountInput as OpenEdxAccount,
  ApplicationInput as OpenEdxApplication,
  CourseInput as OpenEdxCourse,
  ProviderRecordInput as OpenEdxProviderRecord,
  Site as OpenEdxSite,
} from './open-edx/records.ts';
export type { LmsSettings as OpenEdxSettings } from './open-edx/settings.ts';
export {
  createOpenEdxSimulator,
  type OpenEdxSimulator,
  type OpenEdxSimulatorOptions,
  type ServiceToken as OpenEdxServiceToken,
} from './open-edx/simulator.ts';
export type { Client as OidcClient } from './shared/client.ts';
export { keySets } from './shared/key-set.ts';
export { createKeyPool, type KeyPool } from './shared/keys.ts';
