export { type DatabaseKind, databaseKinds } from './both-databases.ts';
export { freePort, SERVICES, startBroker, type TestBroker } from './broker.ts';
export { type FakeAuth, platformConnectionId, startFakeAuth } from './fake-auth.ts';
export { databaseImage, memoryDatabase } from './memory-database.ts';
export { findPostgres, startPostgres, type TestPostgres } from './postgres.ts';
export { type PublishedEvent, publishEvent, publishEventBytes } from './publish-event.ts';
export { SandboxControl, type WantedRequests } from './sandbox-control.ts';
export { type GraphqlAnswer, startTestService, type TestService, testActor } from './test-service.ts';
export { waitFor } from './wait-for.ts';
