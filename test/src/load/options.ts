import { parseArgs } from 'node:util';
import type { DatabaseChoice } from './installation.ts';

/** How the bench is to be run. */
export interface Options {
  readonly help: boolean;
  /** Of each measurement. */
  readonly seconds: number;
  /** `undefined`: PostgreSQL where this machine has it. */
  readonly database: DatabaseChoice | undefined;
}

const SECONDS = 10;

export const HELP = `npm run bench -- [--seconds ${SECONDS}] [--database postgres|embedded]
npm run bench gateway -- --help                compares the gateway with others instead

npm run bench -- subscriptions [--clients 1000] [--seconds 10] measures subscriptions, and nothing else.

Starts an installation of its own, on ports and data of its own, measures it and removes it. Takes some three minutes.
Nothing is asserted: it exits with 1 only when something could not be measured. The last line is one JSON object.

  --seconds    how long each measurement takes (${SECONDS})
  --database   what the services keep rows in: a PostgreSQL of this machine (the default, if there is one; made for
               the bench, without fsync), or embedded databases as npm start uses

The keys of the object; a figure that was not measured is null:
  database, seconds, startedAt, node, cores        how it was run
  loadAverage                                      of the machine before it began: others' work makes every figure worse
  start.<cold|second>.readyMs, .<part>Ms           first start on empty data, second start; until everything is ready, and each part
  stop.idleMs, stop.loadedMs                       SIGTERM until everything has ended, after the first start and after the load
  memory.<part>.idleMiB, .loadedMiB                resident memory after the second start and after all load
  mutation.<rate10|concurrent|rate50|rate300>.*    smsSend through the gateway: 10/s, 20 at a time, 50/s, 300/s; a rate of
                                                   more than twice what 20 at a time reached is left out
  cpu.<query|signIn|mutation|webhook>.<part>Ms, .totalMs  processor time a request costs, with the work that follows it; Linux only
  outbox.lag.p50Ms, .p99Ms, .events                a fact stated until a subscriber has it, at 10 smsSend/s
  audit.lag.p50Ms, .p99Ms                          a fact stated until it is in the audit trail, at 10 smsSend/s
  query.nested.*, query.nestedAlone.*              one customer's overview over five services, 20 at a time and one at a time
  webhook.<rate50|rate200>.*                       signed Twilio callbacks until they are acknowledged; 200/s is
                                                   left out when 50/s was not kept up with
  attack.normalAlone.*, attack.normalAttacked.*    a query at 50/s, without and with 150 floods a second beside it
  signIn.*                                         sessionCreate with the right password, 8 at a time
  attack.<aliases|depth|tokens>.*                  until a flood of that kind, 50/s each, is refused
  attack.p50Ratio, attack.p99Ratio                 attacked to alone
  outage.refusedMs, .acceptedMs                    PostgreSQL killed: the longest a caller waited to hear UNAVAILABLE (of 5), and
                                                   until a text was accepted after its return
  audit.backlog.events, .publishedPerSecond, .handledPerSecond   audit on a backlog of one workspace's events
  events.count, .relayedPerSecond, .handledPerSecond, .throughoutPerSecond
                                                   one service's outbox to the broker, the broker to a handler, both at once
  errors, notMeasured                              failed requests of all runs; how many measurements failed

Each .* is .perSecond (answered well), .p50Ms, .p99Ms, .maxMs, .requests, .errors, .notSent.`;

/** @throws Error saying what is wrong with the arguments. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      seconds: { type: 'string', default: String(SECONDS) },
      database: { type: 'string' },
    },
  });
  const { help, database } = values;
  const seconds = Number(values.seconds);
  if (!(seconds >= 1 && seconds <= 600)) throw new Error('--seconds is a number from 1 to 600');
  if (database !== undefined && database !== 'embedded' && database !== 'postgres') {
    throw new Error('--database is embedded or postgres');
  }
  return { help, seconds, database };
}
