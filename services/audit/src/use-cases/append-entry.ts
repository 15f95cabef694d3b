import { LockMode } from '@mikro-orm/core';
import { newId, parseId } from '@switchboard/ids';
import type { Event, EventTx } from '@switchboard/messaging';
import type { Logger } from '@switchboard/observability';
import { AuditCheckpoint } from '../domain/audit-checkpoint.ts';
import { AuditEntry, expectedHash } from '../domain/audit-entry.ts';
import { AuditHead } from '../domain/audit-head.ts';
import type { ChainSigner } from '../domain/chain-signer.ts';
import { GENESIS, sha256 } from '../domain/entry-hash.ts';
import { readPayload } from './read-payload.ts';

/** A checkpoint at the first entry and at every so many: how finely a rewritten chain is narrowed down. */
const CHECKPOINT_EVERY = 100n;
/** The inbox remembers an event for 14 days; before that time is up a repetition never gets here. */
const REMEMBERED_MS = 13 * 86_400_000;
/** Number of the lock that lets one transaction append at a time; any number nobody else uses. */
const APPEND_LOCK = 7_301_001;

type Em = EventTx['em'];

/**
 * Adds events to the chains of their workspaces. A consumer's batch is one transaction: chain ends are read and
 * locked once in it, and all its entries are inserted together when it ends.
 */
export class AppendEntry {
  /** The chain ends of the transactions in hand. */
  readonly #heads = new WeakMap<Em, Map<string, AuditHead>>();
  /** The entries of the transactions in hand. */
  readonly #appended = new WeakMap<Em, Set<string>>();

  constructor(
    private readonly signer: ChainSigner,
    private readonly logger: Logger,
  ) {}

  async execute(event: Event, tx: EventTx): Promise<void> {
    const head = await this.#head(tx, event.workspaceId);
    if (await isRepeated(tx.em, event)) return;
    const id = this.#claim(tx.em, entryIdOf(event));
    const { userId = null, apiKeyId = null, agentId = null } = event.actor;
    const entry = tx.em.create(AuditEntry, {
      id,
      workspaceId: event.workspaceId,
      sequence: head.sequence + 1n,
      eventId: event.id,
      type: event.type,
      service: event.source,
      occurredAt: event.occurredAt,
      recordedAt: new Date(),
      actorKind: event.actor.kind,
      actorUserId: userId,
      actorApiKeyId: apiKeyId,
      actorAgentId: agentId,
      operation: event.operation ?? null,
      correlationId: event.correlationId,
      causationId: event.causationId,
      ...readPayload(event.type, event.bytes),
      payloadHash: sha256(event.bytes),
      previousHash: head.hash,
    });
    entry.hash = expectedHash(entry);
    head.sequence = entry.sequence;
    head.hash = entry.hash;
    head.signature = this.signer.sign('head', endOf(head));
    if (head.sequence === 1n || head.sequence % CHECKPOINT_EVERY === 0n) this.#checkpoint(tx, head);
  }

  async #head(tx: EventTx, workspaceId: string): Promise<AuditHead> {
    const heads = this.#heads.get(tx.em) ?? (await this.#begin(tx.em));
    const known = heads.get(workspaceId);
    if (known) return known;
    const lockMode = LockMode.PESSIMISTIC_WRITE;
    const head =
      (await tx.em.findOne(AuditHead, { workspaceId }, { lockMode })) ??
      tx.em.create(AuditHead, { workspaceId, sequence: 0n, hash: GENESIS, signature: '' });
    heads.set(workspaceId, head);
    return head;
  }

  /** Two entities of one id would become one row, and two places in the chain. @throws Error at the second. */
  #claim(em: Em, id: string): string {
    const ids = this.#appended.get(em) ?? new Set();
    if (ids.has(id)) throw new Error(`${id} twice in one transaction`);
    this.#appended.set(em, ids.add(id));
    return id;
  }

  /** Replicas append one after the other: they would meet the workspaces of their batches in different orders. */
  async #begin(em: Em): Promise<Map<string, AuditHead>> {
    await em.execute('select pg_advisory_xact_lock(?)', [APPEND_LOCK], 'run');
    const heads = new Map<string, AuditHead>();
    this.#heads.set(em, heads);
    return heads;
  }

  /** Kept in a table of its own, and logged: the log is a copy that is not in this database. */
  #checkpoint(tx: EventTx, head: AuditHead): void {
    const end = endOf(head);
    const signature = this.signer.sign('checkpoint', end);
    const { workspaceId, sequence, hash } = head;
    tx.em.create(AuditCheckpoint, { workspaceId, sequence, hash, signature, signedAt: new Date() });
    const checkpoint = this.signer.issue(end);
    tx.afterCommit(() => this.logger.info({ workspaceId, checkpoint }, 'audit checkpoint'));
  }
}

/** The event's ULID with the entry's prefix, so that whoever knows the event knows where its entry will be. */
function entryIdOf(event: Event): string {
  const ulid = parseId(event.id)?.ulid;
  return ulid ? `aud_${ulid}` : newId('aud');
}

/** A row's end of a chain, for signing. */
export function endOf({ workspaceId, sequence, hash }: AuditHead | AuditCheckpoint) {
  return { workspaceId, sequence: Number(sequence), hash };
}

async function isRepeated(em: Em, event: Event): Promise<boolean> {
  if (Date.now() - event.occurredAt.getTime() < REMEMBERED_MS) return false;
  // Queued entries of this transaction are not in the table yet.
  await em.flush();
  return (await em.count(AuditEntry, { eventId: event.id })) > 0;
}
