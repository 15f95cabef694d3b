import { newId } from '@switchboard/ids';
import { carryTrace } from '@switchboard/observability';
import { isSystem, type Tx } from '@switchboard/storage';
import type { Intent } from './intent.ts';

export interface PlanOptions {
  /** Needed in system scope, where no workspace is implied. */
  readonly workspaceId?: string;
  /** The event that states the decision; what the work records was then caused by it. */
  readonly causedBy?: string;
}

/**
 * Plans work in the transaction that decides it. It is done after the commit, by whoever is first: the request,
 * or the sweeper after a crash.
 * @returns the intent's id (`int_…`), to run it without waiting for the sweeper.
 */
export async function planIntent<P extends object, O>(
  tx: Tx,
  intent: Intent<P, O>,
  payload: P,
  options: PlanOptions = {},
): Promise<string> {
  const workspaceId = options.workspaceId ?? (isSystem(tx.scope) ? undefined : tx.scope.workspaceId);
  if (!workspaceId) throw new Error(`intent ${intent.kind} planned in system scope without a workspace`);
  const carried = carryTrace();
  const trace = { ...carried, causationId: options.causedBy ?? carried.causationId };
  const id = newId('int');
  await tx.em.execute(
    'insert into intents (id, kind, workspace_id, payload, trace) values (?, ?, ?, ?::jsonb, ?::jsonb)',
    [id, intent.kind, workspaceId, JSON.stringify(payload), JSON.stringify(trace)],
    'run',
  );
  return id;
}
