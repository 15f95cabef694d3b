import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { AppError } from '@switchboard/errors';
import type { RpcClient } from '@switchboard/messaging';
import { OpsService } from '@switchboard/proto-schemas/rpc/ops';
import { runCommand } from './command.ts';
import { connectAsOps } from './ops-connection.ts';
import { Problem } from './problem.ts';
import { type ReplayRequest, readReplayRequest } from './replay-request.ts';
import { table } from './table.ts';

const HELP = `npm run replay -- --service <name>                        hands dead letters to their handlers again
npm run replay -- --service <name> --list                 shows them and why they were given up
npm run replay -- --service <name> --outbox --since <t>   publishes events again, with their old ids

  --type <t>    only events of this type, such as evt.mail.v1.MailSent
  --id <evt_…>  only this dead letter; may be repeated
  --since <t>   2026-11-20T10:00:00Z, or how long ago: 30m, 2h, 1d
  --limit <n>   at most so many

Replaying is safe: handlers that had an event ignore it.
Variables: PORT_BASE and DATA_DIR as for npm start; or NATS_URL and OPS_NATS_PASSWORD.`;

/** A large outbox takes its time. */
const TIMEOUT_MS = 30_000;

await runCommand(async () => {
  const request = readReplayRequest(process.argv.slice(2), new Date());
  if (request.kind === 'help') {
    console.log(HELP);
    return 0;
  }
  const { rpc, close } = await connectAsOps(process.env);
  try {
    console.log(await carryOut(rpc, request));
    return 0;
  } catch (failure) {
    if (failure instanceof AppError && failure.code === 'UNAVAILABLE') {
      throw new Problem(`${request.service} does not answer. Is it running (npm run status)?`);
    }
    throw failure;
  } finally {
    await close();
  }
});

async function carryOut(rpc: RpcClient, request: Exclude<ReplayRequest, { kind: 'help' }>): Promise<string> {
  const { service, limit } = request;
  const options = { owner: service, timeoutMs: TIMEOUT_MS };
  if (request.kind === 'list') {
    const { items } = await rpc.ask(OpsService.method.listDeadLetters, { limit }, options);
    if (items.length === 0) return `${service} has no dead letters.`;
    const rows = items.map(({ failedAt, eventId, eventType, handler, attempts, code, reason }) => [
      ...[failedAt === undefined ? '-' : timestampDate(failedAt).toISOString(), eventId, eventType, handler],
      ...[attempts, code, reason],
    ]);
    return table([['given up', 'event', 'type', 'handler', 'tries', 'code', 'reason'], ...rows]);
  }
  const { eventType } = request;
  if (request.kind === 'dead-letters') {
    const wanted = { ids: request.ids, eventType, limit };
    const { replayed } = await rpc.ask(OpsService.method.replayDeadLetters, wanted, options);
    return `${service}: ${replayed} dead letters handed to their handlers again`;
  }
  const wanted = { since: timestampFromDate(request.since), eventType, limit };
  const { replayed } = await rpc.ask(OpsService.method.replayOutbox, wanted, options);
  return `${service}: ${replayed} events will be published again`;
}
