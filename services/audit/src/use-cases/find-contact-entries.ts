import type { WorkspaceActor } from '@switchboard/identity';
import type { RpcClient } from '@switchboard/messaging';
import type { Logger } from '@switchboard/observability';
import { ContactsService, Mode } from '@switchboard/proto-schemas';
import type { PagePlan } from '@switchboard/storage';
import type { AuditEntry } from '../domain/audit-entry.ts';
import type { FindEntries } from './find-entries.ts';

/** The services that know people by their address. */
const OWNERS = ['mail', 'telephony', 'billing', 'meetings'] as const;
const TIMEOUT_MS = 1_000;
const IDS_MAX = 500;

/**
 * What happened with a person. The trail holds no personal data, so the services are asked which of their ids belong
 * to the address, and the entries are those that name one of them.
 */
export class FindContactEntries {
  constructor(
    private readonly find: FindEntries,
    private readonly rpc: RpcClient,
    private readonly logger: Logger,
  ) {}

  /** Newest first, one row more than the page holds. What a service that does not answer knows is missing. */
  async page(actor: WorkspaceActor, address: string, plan: PagePlan): Promise<AuditEntry[]> {
    const answers = await Promise.all(OWNERS.map((owner) => this.#idsAt(owner, actor, address)));
    const subjects = answers.flat();
    return subjects.length === 0 ? [] : this.find.page(actor, { subjects }, plan);
  }

  async #idsAt(owner: string, { workspaceId, mode }: WorkspaceActor, address: string): Promise<string[]> {
    const request = {
      workspaceId,
      address,
      mode: mode === 'test' ? Mode.TEST : Mode.LIVE,
      limit: IDS_MAX,
    };
    try {
      const { ids } = await this.rpc.ask(ContactsService.method.resourceIds, request, {
        owner,
        timeoutMs: TIMEOUT_MS,
      });
      return ids;
    } catch (err) {
      this.logger.warn({ err, owner }, 'contact: what this service knows is missing');
      return [];
    }
  }
}
