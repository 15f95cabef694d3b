export {
  ConfigError,
  type ConfigOf,
  type ConfigShape,
  type Environment,
  fileVariableOf,
  parseConfig,
} from './config.ts';
export { describeVariables, envExample, port, type Variable, variablesTable } from './documentation.ts';
export { list } from './list.ts';
