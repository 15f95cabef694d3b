import { writeServiceReadme } from '@switchboard/service';
import { writeGeneratedSdl } from '@switchboard/subgraph';
import { PUBLISHED } from './events/published.ts';
import { CallResolver } from './graphql/call.resolver.ts';
import { ContactPointResolver } from './graphql/contact-point.resolver.ts';
import { SmsResolver } from './graphql/sms.resolver.ts';
import { type Lookups, telephonySubgraph } from './graphql/subgraph.ts';
import { TwilioSettingsResolver } from './graphql/twilio-settings.resolver.ts';
import { PROVIDERS, telephony } from './service.ts';

// Only the schema is wanted: nothing is ever looked up.
const none = {} as Lookups;
writeGeneratedSdl(
  telephonySubgraph([SmsResolver, CallResolver, TwilioSettingsResolver, ContactPointResolver], none),
  new URL('../schema.graphql', import.meta.url),
);
writeServiceReadme(
  telephony,
  { published: PUBLISHED, providers: PROVIDERS },
  new URL('../README.md', import.meta.url),
);
