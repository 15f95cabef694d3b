export { type CheckedProvider, connectionAnswers } from './connection-answers.ts';
export { contactAnswers, type FindContactResources } from './contact-answers.ts';
export {
  type Answers,
  answers,
  defineService,
  type ServiceDefinition,
  type ServiceParts,
  type ServiceRooms,
} from './definition.ts';
export { hostShape, SHARED, wholeShape } from './host-config.ts';
export { migrateService, migrateShape } from './migrate-service.ts';
export { type ServiceFacts, writeServiceReadme } from './readme.ts';
export { runService } from './run-service.ts';
export { migrationsOf, type RunningService, startService } from './start-service.ts';
