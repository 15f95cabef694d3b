import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { failpoint } from '@switchboard/failpoints';
import { newId } from '@switchboard/ids';
import { carryTrace } from '@switchboard/observability';
import { type Database, isSystem, type Scope, type Tx } from '@switchboard/storage';
import { type EventRecord, PLATFORM } from './event.ts';

/** A transaction that can also state facts. They are published if, and only if, it commits. */
export interface EventTx extends Tx {
  /**
   * States a fact.
   * @param options.workspaceId needed in system scope, where no workspace is implied; `platform` for none.
   * @returns the event's id.
   */
  record<D extends DescMessage>(
    schema: D,
    payload: MessageInitShape<D>,
    options?: { workspaceId?: string },
  ): string;
}

/** The one way a service changes its state: rows and events in one transaction. */
export class UnitOfWork {
  #recorded: () => void = () => {};

  /** @param source name of the service, which is also the second part of its events' types. */
  constructor(
    readonly database: Database,
    readonly source: string,
  ) {}

  /** Called after each commit that recorded events; the relay listens. */
  onRecorded(listener: () => void): void {
    this.#recorded = listener;
  }

  /** Runs `work` in one transaction. @throws what `work` throws, after rolling back. */
  async run<T>(scope: Scope, work: (tx: EventTx) => Promise<T>): Promise<T> {
    let recorded = false;
    const result = await this.database.transaction(scope, async (tx) => {
      const events: EventRecord[] = [];
      const value = await work({ ...tx, record: recorder(this.source, scope, events) });
      if (events.length > 0) {
        await tx.em.flush();
        await insert(tx, events);
        recorded = true;
        failpoint('outbox.before-commit');
      }
      return value;
    });
    if (recorded) {
      failpoint('outbox.after-commit');
      this.#recorded();
    }
    return result;
  }
}

function recorder(source: string, scope: Scope, events: EventRecord[]): EventTx['record'] {
  return (schema, payload, options) => {
    const workspaceId = options?.workspaceId ?? (isSystem(scope) ? undefined : scope.workspaceId);
    if (!workspaceId) throw new Error(`${schema.typeName} recorded in system scope without a workspace`);
    if (!schema.typeName.startsWith(`evt.${source}.`)) {
      throw new Error(`${source} cannot record ${schema.typeName}: it belongs to another service`);
    }
    const id = newId('evt');
    events.push({
      id,
      type: schema.typeName,
      source,
      workspaceId: workspaceId || PLATFORM,
      occurredAt: new Date(),
      bytes: toBinary(schema, create(schema, payload)),
      trace: carryTrace(),
    });
    return id;
  };
}

async function insert(tx: Tx, events: readonly EventRecord[]): Promise<void> {
  const rows = events.map(() => '(?, ?, ?, ?, ?, ?, ?::jsonb)').join(', ');
  await tx.em.execute(
    `insert into outbox (id, type, source, workspace_id, occurred_at, payload, trace) values ${rows}`,
    events.flatMap((event) => [
      event.id,
      event.type,
      event.source,
      event.workspaceId,
      event.occurredAt,
      Buffer.from(event.bytes),
      JSON.stringify(event.trace),
    ]),
    'run',
  );
}
