import { newId } from '@switchboard/ids';
import type { RpcClient } from '@switchboard/messaging';
import { AuthService, OwnerKind } from '@switchboard/proto-schemas';
import type { Database } from '@switchboard/storage';

const PAGE = 500;

/**
 * Learns of connections that no event told of: made before this service listened, or while its database was an older one. Those
 * that are known stay as they are.
 */
export class FindMailboxes {
  constructor(
    private readonly database: Database,
    private readonly rpc: Pick<RpcClient, 'ask'>,
    private readonly vendor: string,
  ) {}

  /** @returns false: there is nothing more to learn now. @throws AppError UNAVAILABLE while auth is away. */
  async execute(): Promise<boolean> {
    let afterConnectionId = '';
    for (;;) {
      const { connections } = await this.rpc.ask(AuthService.method.listConnections, {
        vendor: this.vendor,
        afterConnectionId,
      });
      const ofWorkspaces = connections.filter(({ ownerKind }) => ownerKind === OwnerKind.WORKSPACE);
      if (ofWorkspaces.length > 0) {
        const values = ofWorkspaces.map(() => '(?, ?, ?, ?)').join(', ');
        await this.database.statement(
          `insert into mailboxes (id, workspace_id, connection_id, sandbox) values ${values}
           on conflict (connection_id) do nothing`,
          ofWorkspaces.flatMap(({ connectionId, workspaceId, sandbox }) => [
            newId('mbx'),
            workspaceId,
            connectionId,
            sandbox,
          ]),
        );
      }
      if (connections.length < PAGE) return false;
      afterConnectionId = connections.at(-1)?.connectionId ?? '';
    }
  }
}
