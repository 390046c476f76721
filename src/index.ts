/**
 * What the npm package offers to a program: running the broker inside it.
 *
 *     const settings = parseSettings(process.env);
 *     const log = createLog({ level: settings.logLevel, environment, showPlaces: false });
 *     const broker = await openBroker(settings, { environment, log });
 *     const server = await startServer(broker.listener, { port: settings.port, hostname: '0.0.0.0', log });
 *
 * What is named here is a promise; everything else may change with any release.
 */
export { type Broker, openBroker } from './broker.ts';
export { type ProcessEnvironment, parseSettings, type Settings } from './config.ts';
export { ConfigurationError, type ErrorCode, SignInError } from './errors.ts';
export { createLog, type Log, type LogLevel } from './events/log.ts';
export type { Environment, Identity, Profile, User, UserEmail } from './model.ts';
export { type RunningServer, startServer } from './server.ts';
export type { PipelineStep } from './sign-in/pipeline.ts';
export { defaultSteps } from './sign-in/steps.ts';
