import { writeServiceReadme } from '@switchboard/service';
import { writeGeneratedSdl } from '@switchboard/subgraph';
import { PUBLISHED } from './events/published.ts';
import { ContactPointResolver } from './graphql/contact-point.resolver.ts';
import { MeetingResolver } from './graphql/meeting.resolver.ts';
import { meetingsSubgraph } from './graphql/subgraph.ts';
import { meetings, providers } from './service.ts';
import type { FindMeetings } from './use-cases/find-meetings.ts';

// Only the schema is wanted: nothing is ever looked up.
const none = {} as FindMeetings;
writeGeneratedSdl(
  meetingsSubgraph([MeetingResolver, ContactPointResolver], none),
  new URL('../schema.graphql', import.meta.url),
);
writeServiceReadme(
  meetings,
  { published: PUBLISHED, providers: providers() },
  new URL('../README.md', import.meta.url),
);
