import { accessFaults } from '@switchboard/testing';
import { expect, it } from 'vitest';
import { CallResolver } from '../src/graphql/call.resolver.ts';
import { ContactPointResolver } from '../src/graphql/contact-point.resolver.ts';
import { SmsResolver } from '../src/graphql/sms.resolver.ts';
import { telephonySubgraph } from '../src/graphql/subgraph.ts';
import { TwilioSettingsResolver } from '../src/graphql/twilio-settings.resolver.ts';

const schemaFile = new URL('../schema.graphql', import.meta.url);

it('refuses every field with an access rule exactly to the callers that do not satisfy it', async () => {
  // What the resolvers call is absent: only who gets that far is asked.
  const subgraph = telephonySubgraph(
    [SmsResolver, CallResolver, TwilioSettingsResolver, ContactPointResolver],
    {} as never,
  );
  expect(await accessFaults(subgraph, schemaFile)).toEqual([]);
});

it('would notice a rule that is not enforced', async () => {
  const subgraph = telephonySubgraph(
    [SmsResolver, CallResolver, TwilioSettingsResolver, ContactPointResolver],
    {} as never,
  );
  const { sms } = subgraph.schema.getQueryType()?.getFields() ?? {};
  if (!sms) throw new Error('there is no sms');
  sms.resolve = () => null;
  const faults = await accessFaults(subgraph, schemaFile);
  expect(faults).toContain('Query.sms for nobody: undefined, not UNAUTHENTICATED');
  expect(faults).toContain('Query.sms for [telephony:send]: undefined, not FORBIDDEN');
});
