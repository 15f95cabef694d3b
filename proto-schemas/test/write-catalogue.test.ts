import { expect, it } from 'vitest';
import { readContracts } from '../generate/contracts.ts';
import { catalogue } from '../generate/write-catalogue.ts';
import { copyWorkspace } from './workspace-copy.ts';

const contracts = readContracts();

it('shows meaning, subject, publisher, consumers and fields of an event', () => {
  const text = catalogue(contracts, [
    { service: 'audit', event: 'every', handler: 'record' },
    { service: 'mail', event: 'InvitationCreated', handler: 'send-invitation' },
  ]);
  const section = /### InvitationCreated\n[\s\S]*?(?=\n### )/.exec(text)?.[0];
  expect(section).toContain('Somebody was invited into the workspace.');
  expect(section).toContain('- Subject: `evt.auth.v1.InvitationCreated.<workspaceId>`');
  expect(section).toContain('- Publisher: auth');
  expect(section).toContain('- Consumers: audit (`record`), mail (`send-invitation`)');
  expect(section).toContain('| `role` | 2 | [Role](#role) | The role the invited person will have. |');
  expect(section).toContain('| `expiresAt` | 4 | time | When the link stops working. |');
});

it('shows the subject and the askers of an internal request', () => {
  const section = /### VerifyApiKey\n[\s\S]*?(?=\n### )/.exec(catalogue(contracts, []))?.[0];
  expect(section).toContain('- Subject: `rpc.auth.verifyApiKey.<asker>`');
  expect(section).toContain('- Asked by: gateway\n');
});

it('documents every event and every request', () => {
  const text = catalogue(contracts, []);
  const names = contracts.flatMap(({ kind, messages, services }) =>
    kind === 'evt'
      ? messages.map(({ name }) => name)
      : services.flatMap(({ methods }) => methods.map(({ name }) => name)),
  );
  expect(names.filter((name) => !text.includes(`### ${name}\n`))).toEqual([]);
});

it('refuses a handler of an event that nobody publishes', () => {
  const consumers = [{ service: 'mail', event: 'MailSnet', handler: 'x' }];
  expect(() => catalogue(contracts, consumers)).toThrow('consumes MailSnet, which nobody publishes');
});

it('refuses a request that does not say who asks', () => {
  const copy = copyWorkspace();
  copy.edit('rpc/meetings/v1/meetings_service.proto', /\n\s*\/\/ Asked by: mail\./, '');
  expect(() => catalogue(readContracts(copy.folder), [])).toThrow('InvitationContext needs a line "Asked by');
});
