/**
 * What the npm package offers to a program: running the broker inside it, and adding to one by `llavero.config.ts`.
 *
 *     const settings = parseSettings(process.env);
 *     const log = createLog({ level: settings.logLevel, environment, showPlaces: false });
 *     const broker = await openBroker(settings, { environment, log }, await loadExtensions(process.cwd()));
 *     const server = await startServer(broker.listener, { port: settings.port, hostname: '0.0.0.0', log });
 *
 * What is named here is a promise; everything else may change with any release.
 */
export { type Broker, openBroker } from './broker.ts';
export { type ProcessEnvironment, parseSettings, type Settings } from './config.ts';
export { type ConnectorSurroundings, type Connectors, openConnectors } from './connectors.ts';
export { ConfigurationError, type ErrorCode, SignInError } from './errors.ts';
export { createLog, type Log, type LogLevel } from './events/log.ts';
export { defineConfig, type ExtensionConfig, type Extensions, loadExtensions } from './extensions.ts';
export type { Environment, Identity, Profile, User, UserEmail } from './model.ts';
export type { Connector } from './open-edx/connector.ts';
export type { CourseRunReport } from './open-edx/course-runs.ts';
export type { Enrolment, EnrolmentResult } from './open-edx/enrolments.ts';
export type { RunReport } from './open-edx/runs-of-learners.ts';
export { type RunningServer, startServer } from './server.ts';
export type { PipelineStep } from './sign-in/pipeline.ts';
export { defaultSteps } from './sign-in/steps.ts';
export { type Statement, type Step, sql } from './store/database.ts';
export { type DisconnectStep, defaultDisconnectSteps } from './users/disconnect.ts';
export type { MergedUsers, MergeParticipant } from './users/merge-participants.ts';
