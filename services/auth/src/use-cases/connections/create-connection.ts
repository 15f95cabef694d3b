import { AppError } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import type { Secret } from '@switchboard/observability';
import type { Clock } from '../../domain/clock.ts';
import type { Connection } from '../../domain/connection.ts';
import { requireName } from '../../domain/name-rule.ts';
import type { Secrets, Vendor } from '../../domain/vendors.ts';
import { requireMember } from '../members/lock-members.ts';
import type { SaveConnection } from './save-connection.ts';

export interface CreateConnectionInput {
  readonly vendor: Vendor;
  readonly name: string;
  readonly secrets: Secret<Secrets>;
  /** Null for the installation's default. */
  readonly sandbox: boolean | null;
}

/** Connects the workspace to an account at a vendor. */
export class CreateConnection {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly saveConnection: SaveConnection,
    private readonly now: Clock,
  ) {}

  /** @throws AppError REJECTED for values the vendor's shape refuses, FORBIDDEN for a test key outside the sandbox and for somebody who is no
   * member any more. */
  async execute(actor: WorkspaceActor, input: CreateConnectionInput): Promise<Connection> {
    requireName(input.name, 'input.name');
    const testOnly = actor.mode === 'test';
    if (testOnly && input.sandbox === false) {
      throw new AppError('FORBIDDEN', 'a test key made a live connection', {
        publicMessage: 'A test key can only connect to the sandbox.',
      });
    }
    return this.unitOfWork.run(actor, async (tx) => {
      // Somebody who is being removed connects nothing any more.
      if (actor.userId) await requireMember(tx.em, actor.workspaceId, actor.userId);
      return this.saveConnection.create(
        tx,
        {
          workspaceId: actor.workspaceId,
          userId: null,
          vendor: input.vendor,
          name: input.name,
          secrets: input.secrets.reveal(),
          sandbox: testOnly ? true : input.sandbox,
          testOnly,
        },
        this.now(),
      );
    });
  }
}
