import { z } from 'zod';
import { defineTemplate, type MailTemplate } from './template.ts';
import { firstName, greetingFor, link, name, phrase } from './variables.ts';

const details = z.strictObject({
  firstName,
  title: name('What the meeting is called.'),
  organizer: name('Who invites.').optional(),
  when: phrase("Date and time in the meeting's time zone."),
});
const joinable = details.extend({ link: link('Joins the meeting.') });

export const meetingInvitation: MailTemplate = defineTemplate({
  key: 'meeting-invitation',
  version: 1,
  description: 'Invites somebody to a meeting.',
  variables: joinable,
  subject: ({ title }) => `Invitation: ${title}`,
  body: ({ title, organizer, ...variables }) => ({
    greeting: greetingFor(variables.firstName),
    paragraphs: [
      organizer ? `${organizer} invites you to "${title}".` : `You are invited to "${title}".`,
      `When: ${variables.when}`,
    ],
    action: { label: 'Join the meeting', url: variables.link },
    notes: [],
  }),
});

export const meetingUpdate: MailTemplate = defineTemplate({
  key: 'meeting-update',
  version: 1,
  description: 'Tells somebody that a meeting was moved or changed.',
  variables: joinable,
  subject: ({ title }) => `Updated: ${title}`,
  body: ({ title, ...variables }) => ({
    greeting: greetingFor(variables.firstName),
    paragraphs: [`The meeting "${title}" has changed.`, `When: ${variables.when}`],
    action: { label: 'Join the meeting', url: variables.link },
    notes: [],
  }),
});

export const meetingCancellation: MailTemplate = defineTemplate({
  key: 'meeting-cancellation',
  version: 1,
  description: 'Tells somebody that a meeting will not take place.',
  variables: details,
  subject: ({ title }) => `Cancelled: ${title}`,
  body: ({ title, ...variables }) => ({
    greeting: greetingFor(variables.firstName),
    paragraphs: [`The meeting "${title}" will not take place.`, `It was planned for ${variables.when}.`],
    notes: [],
  }),
});
