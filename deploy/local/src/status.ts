import { parseArgs } from 'node:util';
import { OpsService } from '@switchboard/proto-schemas/rpc/ops';
import { runCommand } from './command.ts';
import { SERVICES } from './environment.ts';
import { connectAsOps } from './ops-connection.ts';
import { isWell, type ServiceStatus, statusTable } from './status-report.ts';

const HELP = `npm run status

Asks every service how far behind it is. Exits with 1 if something is stuck or does not answer.
  outbox        events recorded and not yet published; the age of the oldest; leases a relay took and did not finish
  dead letters  events that handlers gave up on (npm run replay -- --service <name> --list)
  vendor calls  calls still to be made; leases a worker took and did not finish
  lag           events of the stream not yet given to the service; given and unacknowledged; given again

Variables: PORT_BASE and DATA_DIR as for npm start; or NATS_URL and OPS_NATS_PASSWORD.`;

await runCommand(async () => {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const { rpc, close } = await connectAsOps(process.env);
  const answers = SERVICES.map(async (owner): Promise<[string, ServiceStatus | undefined]> => {
    return [owner, await rpc.ask(OpsService.method.status, {}, { owner }).catch(() => undefined)];
  });
  const statuses = new Map(await Promise.all(answers));
  await close();
  console.log(statusTable(statuses));
  return isWell(statuses) ? 0 : 1;
});
