import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Broker, RpcClient } from '@switchboard/messaging';
import { createLogger } from '@switchboard/observability';
import { OpsService, type StatusResponse } from '@switchboard/proto-schemas';
import { SERVICES } from '@switchboard/testing';
import type { House } from '../house/start-house.ts';
import { until } from '../house/until.ts';

const SETTLE_MS = 30_000;

/** Connects to a running installation's broker under one of its own names. */
export async function connectAs(house: House, user: string): Promise<Broker> {
  const passwords = JSON.parse(await readFile(join(house.dataDir, 'keys', 'broker.json'), 'utf8'));
  return Broker.connect({
    url: `nats://127.0.0.1:${house.portBase + 20}`,
    user,
    password: passwords[user],
    logger: createLogger('bench', { level: 'silent' }),
  });
}

/** Asks services how far behind they are, as operators do. */
export class Operator {
  private constructor(
    private readonly broker: Broker,
    private readonly rpc: RpcClient,
  ) {}

  static async open(house: House): Promise<Operator> {
    const broker = await connectAs(house, 'ops');
    return new Operator(broker, new RpcClient(broker));
  }

  status(service: string): Promise<StatusResponse> {
    return this.rpc.ask(OpsService.method.status, {}, { owner: service, timeoutMs: 10_000 });
  }

  /** Waits until a service has handled every event in the stream. */
  async untilCaughtUp(service: string, timeoutMs: number): Promise<void> {
    await until(
      `${service} to have handled every event`,
      async () => {
        const { consumerPending, consumerAckPending } = await this.status(service);
        return consumerPending + consumerAckPending === 0;
      },
      timeoutMs,
    );
  }

  /** Waits until nobody has anything left to do, so that one measurement does not slow the next. */
  async untilQuiet(): Promise<void> {
    await until(
      'every service to have nothing left to do',
      async () => {
        const all = await Promise.all(SERVICES.map((service) => this.status(service)));
        return all.every(
          (one) =>
            one.outboxPending + one.intentsPending + one.consumerPending + one.consumerAckPending === 0,
        );
      },
      SETTLE_MS,
    );
  }

  close(): Promise<void> {
    return this.broker.close();
  }
}
