import { writeServiceReadme } from '@switchboard/service';
import { writeGeneratedSdl } from '@switchboard/subgraph';
import { PUBLISHED } from './events/published.ts';
import { ContactPointResolver } from './graphql/contact-point.resolver.ts';
import { PaymentResolver } from './graphql/payment.resolver.ts';
import { RefundResolver } from './graphql/refund.resolver.ts';
import { billingSubgraph, type Lookups } from './graphql/subgraph.ts';
import { billing, PROVIDERS } from './service.ts';

// Only the schema is wanted: nothing is ever looked up.
const none = {} as Lookups;
writeGeneratedSdl(
  billingSubgraph([PaymentResolver, RefundResolver, ContactPointResolver], none),
  new URL('../schema.graphql', import.meta.url),
);
writeServiceReadme(
  billing,
  { published: PUBLISHED, providers: PROVIDERS },
  new URL('../README.md', import.meta.url),
);
