import { buildSubgraph, contactPointReference, type Subgraph, scoped } from '@switchboard/subgraph';
import type { FindCalls } from '../use-cases/find-calls.ts';
import type { FindSms } from '../use-cases/find-sms.ts';
import type { FindTwilioSettings } from '../use-cases/find-twilio-settings.ts';
import { toCall } from './call.type.ts';
import { toSms } from './sms.type.ts';
import { toTwilioSettings } from './twilio-settings.type.ts';

/** What other subgraphs and `node` may ask for, always within the caller's workspace. */
export interface Lookups {
  readonly findSms: FindSms;
  readonly findCalls: FindCalls;
  readonly findTwilioSettings: FindTwilioSettings;
}

/** Telephony's part of the graph. The classes of the resolvers will do where only the schema is wanted. */
export function telephonySubgraph(resolvers: readonly object[], lookups: Lookups): Subgraph {
  return buildSubgraph({
    name: 'telephony',
    resolvers,
    references: {
      Sms: scoped('telephony:read', (ids, caller) => lookups.findSms.byIds(caller, ids), toSms),
      Call: scoped('telephony:read', (ids, caller) => lookups.findCalls.byIds(caller, ids), toCall),
      TwilioSettings: scoped(
        'telephony:read',
        (ids, caller) => lookups.findTwilioSettings.byIds(caller, ids),
        toTwilioSettings,
      ),
      ...contactPointReference,
    },
  });
}
