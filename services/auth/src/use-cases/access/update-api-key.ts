import { notFound } from '@switchboard/errors';
import type { WorkspaceActor } from '@switchboard/identity';
import type { UnitOfWork } from '@switchboard/messaging';
import { ApiKeyUpdatedSchema } from '@switchboard/proto-schemas';
import { requireAddressList } from '../../domain/address-list.ts';
import { ApiKey } from '../../domain/api-key.ts';
import { requireName } from '../../domain/name-rule.ts';
import { requireNoLessLimited } from './create-api-key.ts';
import { visibleTo } from './list-api-keys.ts';

export interface UpdateApiKeyInput {
  /** Absent or null: as it is. */
  readonly name?: string | null | undefined;
  /** Absent or null: as they are; empty: from anywhere. */
  readonly allowedAddresses?: readonly string[] | null | undefined;
  /** Absent or null: as it is. */
  readonly registeredOperationsOnly?: boolean | null | undefined;
}

/** Renames an API key or changes where and for what it may be used. Gateways follow within 5 s. */
export class UpdateApiKey {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** @throws AppError NOT_FOUND, REJECTED for a name or an address that is not valid, FORBIDDEN for a limited key that lifts the limit. */
  async execute(actor: WorkspaceActor, apiKeyId: string, input: UpdateApiKeyInput): Promise<ApiKey> {
    const name = input.name ?? undefined;
    if (name !== undefined) requireName(name, 'input.name');
    const allowedAddresses =
      input.allowedAddresses && requireAddressList(input.allowedAddresses, 'input.allowedAddresses');
    return this.unitOfWork.run(actor, async ({ em, record }) => {
      const apiKey = await em.findOne(ApiKey, { id: apiKeyId, ...visibleTo(actor) });
      if (!apiKey) throw notFound('API key');
      const registeredOperationsOnly = input.registeredOperationsOnly ?? apiKey.registeredOperationsOnly;
      requireNoLessLimited(actor, registeredOperationsOnly);
      apiKey.name = name ?? apiKey.name;
      apiKey.allowedAddresses = allowedAddresses ?? apiKey.allowedAddresses;
      apiKey.registeredOperationsOnly = registeredOperationsOnly;
      record(ApiKeyUpdatedSchema, { apiKeyId });
      return apiKey;
    });
  }
}
