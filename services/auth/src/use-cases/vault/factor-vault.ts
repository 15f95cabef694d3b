import type { Tx } from '@switchboard/storage';
import { SecondFactor, type SecondFactorKind } from '../../domain/second-factor.ts';
import type { SealSecrets } from './seal-secrets.ts';

type Em = Tx['em'];

/** What a user's second factors are, encrypted under a data key of the user's own. */
export class FactorVault {
  constructor(private readonly sealSecrets: SealSecrets) {}

  /** @throws AppError UNSUPPORTED when the installation has no vault key. */
  seal(em: Em, factor: Pick<SecondFactor, 'id' | 'userId'>, value: string, now: Date): Promise<string> {
    return this.sealSecrets.sealAt(em, placeOf(factor), { value }, now);
  }

  async open(em: Em, factor: SecondFactor): Promise<string> {
    const opened = await this.sealSecrets.openAt(em, placeOf(factor), factor.sealed);
    return opened.reveal().value ?? '';
  }
}

/** The factors a user has confirmed. */
export function confirmedFactors(em: Em, userId: string): Promise<SecondFactor[]> {
  return em.find(SecondFactor, { userId, confirmedAt: { $ne: null } }, { orderBy: { kind: 'asc' } });
}

/** A confirmed factor of one kind. */
export function confirmedFactor(
  em: Em,
  userId: string,
  kind: SecondFactorKind,
): Promise<SecondFactor | null> {
  return em.findOne(SecondFactor, { userId, kind, confirmedAt: { $ne: null } });
}

/** A user belongs to no workspace, so the key is kept under the user's own id. */
function placeOf({ id, userId }: Pick<SecondFactor, 'id' | 'userId'>) {
  return { table: 'second_factors', column: 'sealed', rowId: id, workspaceId: userId };
}
