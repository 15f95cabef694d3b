import { writeGeneratedSdl } from '@switchboard/subgraph';
import { ContactPointResolver } from './graphql/contact-point.resolver.ts';
import { SmsResolver } from './graphql/sms.resolver.ts';
import { type Lookups, telephonySubgraph } from './graphql/subgraph.ts';
import { TwilioSettingsResolver } from './graphql/twilio-settings.resolver.ts';

// Only the schema is wanted: nothing is ever looked up.
const none = {} as Lookups;
writeGeneratedSdl(
  telephonySubgraph([SmsResolver, TwilioSettingsResolver, ContactPointResolver], none),
  new URL('../schema.graphql', import.meta.url),
);
