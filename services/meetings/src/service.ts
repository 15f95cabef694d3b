import { MeetingsService } from '@switchboard/proto-schemas';
import { ProviderRegistry } from '@switchboard/providers';
import { answers, connectionAnswers, contactAnswers, defineService } from '@switchboard/service';
import { meetingsConfig } from './config.ts';
import { Meeting } from './domain/meeting.ts';
import { ContactPointResolver } from './graphql/contact-point.resolver.ts';
import { MeetingResolver } from './graphql/meeting.resolver.ts';
import { meetingsSubgraph } from './graphql/subgraph.ts';
import { migrations } from './persistence/migrations.ts';
import { meetingsInventory } from './personal-data.ts';
import type { MeetingProvider } from './providers/meeting-provider.ts';
import { zoomProvider } from './providers/zoom/zoom.provider.ts';
import { CancelMeeting } from './use-cases/cancel-meeting.ts';
import { ChangeMeeting } from './use-cases/change-meeting.ts';
import { meetingsOfContact } from './use-cases/contact-resources.ts';
import { CreateMeeting } from './use-cases/create-meeting.ts';
import { findLostMeeting } from './use-cases/find-lost-meeting.ts';
import { FindMeetings } from './use-cases/find-meetings.ts';
import { invitationContext } from './use-cases/invitation-context.ts';
import { makeConference } from './use-cases/make-conference.ts';
import { moveConference, removeConference } from './use-cases/move-conference.ts';
import { refreshMeeting } from './use-cases/refresh-meeting.ts';
import { RescheduleMeeting } from './use-cases/reschedule-meeting.ts';
import { zoomWebhook } from './webhooks/zoom.ts';

/** The vendors of meetings, made anew for each start: Zoom's keeps access tokens. */
export const providers = (): readonly MeetingProvider[] => [zoomProvider()];

/** The meetings service: meetings, and the conferences at Zoom that hold them. */
export const meetings = defineService({
  name: 'meetings',
  config: meetingsConfig,
  entities: [Meeting],
  migrations,
  inventory: meetingsInventory,
  compose({ database, unitOfWork, lender, runIntent }) {
    const host = { database, lender, providers: new ProviderRegistry('meeting', providers()) };
    const findLost = findLostMeeting(host);
    const make = makeConference(host, findLost);
    const refresh = refreshMeeting(host);
    const move = moveConference(host, refresh);
    const remove = removeConference(host);
    const change = new ChangeMeeting(unitOfWork, runIntent);
    const find = new FindMeetings(database);
    const resolvers = [
      new MeetingResolver(
        find,
        new CreateMeeting(unitOfWork, lender, make, runIntent),
        new RescheduleMeeting(change, move),
        new CancelMeeting(change, remove),
      ),
      new ContactPointResolver(find),
    ];
    return {
      subgraph: meetingsSubgraph(resolvers, find),
      handlers: [],
      intents: [make, findLost, refresh, move, remove],
      webhooks: [zoomWebhook(refresh)],
      answers: [
        answers(MeetingsService, invitationContext(database)),
        contactAnswers(database, meetingsOfContact),
        connectionAnswers(lender, host.providers),
      ],
    };
  },
});
