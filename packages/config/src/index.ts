export { ConfigError, type ConfigOf, type ConfigShape, type Environment, parseConfig } from './config.ts';
export { describeVariables, envExample, port, type Variable, variablesTable } from './documentation.ts';
