export { Broker, type BrokerOptions } from './broker.ts';
export { Consumer } from './consumer.ts';
export { type DeadLetter, listDeadLetters, replayDeadLetters } from './dead-letters.ts';
export type { PlacedEvent } from './ephemeral-consumer.ts';
export { decode, type Event, type EventRecord, fromMessage, PLATFORM } from './event.ts';
export { EventFollower, type FollowListener } from './follow-events.ts';
export { defineHandler, type Handler } from './handler.ts';
export { Loop } from './loop.ts';
export { OPERATION_BYTES_MAX, readOperationsSeen, recordOperationSeen } from './operations-seen.ts';
export { type EventTx, UnitOfWork } from './outbox.ts';
export {
  type BrokerPermissions,
  brokerPermissions,
  EVENT_STREAM,
  GATEWAY_RATES,
  OPERATIONS_STREAM,
  SUPERGRAPH_CONTROLLER,
} from './permissions.ts';
export { type ProvisionOptions, provisionBroker } from './provision.ts';
export { type ReadOptions, type ReadResult, readEvents } from './read-events.ts';
export { Relay } from './relay.ts';
export { RpcClient } from './rpc-client.ts';
export { type RpcImplementation, serveRpc } from './rpc-server.ts';
export { type MessagingStatus, messagingStatus, replayOutbox } from './status.ts';
export { messagingMigration } from './tables.ts';
export { watchEvent } from './watch.ts';
