import { create } from '@bufbuild/protobuf';
import { AppError, type FailureCode } from '@switchboard/errors';
import type { RpcImplementation } from '@switchboard/messaging';
import { CheckRequestSchema, type ConnectionsService } from '@switchboard/proto-schemas';
import { type Credential, ProviderRegistry } from '@switchboard/providers';
import { describe, expect, it } from 'vitest';
import { type CheckedProvider, connectionAnswers } from './connection-answers.ts';

const credential: Credential = {
  connectionId: 'con_1',
  owner: 'WORKSPACE',
  workspaceId: 'wsp_1',
  userId: undefined,
  sandbox: true,
  baseUrl: undefined,
  secrets: {},
};

function answersOf(provider: CheckedProvider, lendAnew: () => Promise<Credential> = async () => credential) {
  const { implementation } = connectionAnswers({ lendAnew }, new ProviderRegistry('test', [provider]));
  return implementation as unknown as RpcImplementation<typeof ConnectionsService>;
}

const request = create(CheckRequestSchema, { connectionId: 'con_1', vendor: 'acme' });
const FROM_AUTH = { asker: 'auth' };
const failing = (code: FailureCode) => ({
  id: 'acme',
  checker: { check: () => Promise.reject(new AppError(code, 'the vendor said so')) },
});

describe('what is said of a connection', () => {
  it.each([
    ['RECONNECT_REQUIRED', 'RECONNECT_REQUIRED'],
    ['UNAUTHENTICATED', 'RECONNECT_REQUIRED'],
    ['UNAVAILABLE', 'UNAVAILABLE'],
    ['OUTCOME_UNKNOWN', 'UNAVAILABLE'],
    ['RATE_LIMITED', 'RATE_LIMITED'],
    ['REJECTED', 'INTERNAL'],
    ['INTERNAL', 'INTERNAL'],
  ] as const)('whose check ends as %s is %s', async (code, errorCode) => {
    expect(await answersOf(failing(code)).check(request, FROM_AUTH)).toEqual({ errorCode });
  });

  it('is nothing where no credential could be borrowed: that is not the vendor’s word', async () => {
    const away = () => Promise.reject(new AppError('RECONNECT_REQUIRED', 'not lent'));
    const desk = answersOf({ id: 'acme', checker: { check: async () => {} } }, away);
    await expect(desk.check(request, FROM_AUTH)).rejects.toMatchObject({ code: 'RECONNECT_REQUIRED' });
  });

  it('is nothing where the provider cannot tell, and for auth alone', async () => {
    const mute = answersOf({ id: 'acme' });
    await expect(mute.check(request, FROM_AUTH)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(answersOf(failing('UNAVAILABLE')).check(request, { asker: 'mail' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
