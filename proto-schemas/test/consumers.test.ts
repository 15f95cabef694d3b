import { expect, it } from 'vitest';
import { consumersIn } from '../generate/consumers.ts';

it('reads the name and the event of each handler of a file', () => {
  const source = `
    export const sendInvitation = defineHandler({
      name: 'send-invitation',
      event: InvitationCreatedSchema,
      handle: (event, tx) => queueMail.execute(tx, { name: 'not-a-handler', event }),
    });
    export const forget = defineHandler<typeof ApiKeyRevokedSchema>({ event: ApiKeyRevokedSchema, name: "forget" });`;
  expect(consumersIn(source, 'mail')).toEqual([
    { service: 'mail', event: 'InvitationCreated', handler: 'send-invitation' },
    { service: 'mail', event: 'ApiKeyRevoked', handler: 'forget' },
  ]);
});

it('reads a handler of every event', () => {
  const source = `export const record = defineHandler({ name: 'record', event: 'every', handle });`;
  expect(consumersIn(source, 'audit')).toEqual([{ service: 'audit', event: 'every', handler: 'record' }]);
});

it('ignores what is commented out', () => {
  const source = `// event: MailSentSchema,\n/* event: MailOpenedSchema, */`;
  expect(consumersIn(source, 'audit')).toEqual([]);
});

it('leaves the name away where the declaration computes it', () => {
  const source = `const onSent = defineHandler({ name: nameOf(x), event: MailSentSchema });`;
  expect(consumersIn(source, 'audit')).toEqual([{ service: 'audit', event: 'MailSent' }]);
});
