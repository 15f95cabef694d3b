import { z } from 'zod';
import { defineTemplate } from './template.ts';
import { firstName, greetingFor, link, name, span } from './variables.ts';

export const invitation = defineTemplate({
  key: 'invitation',
  version: 1,
  description: 'Asks somebody to join a workspace.',
  variables: z.strictObject({
    firstName,
    company: name('The workspace.'),
    product: name('The product.'),
    inviter: name('Who invites.').optional(),
    role: name('The role offered, such as member.'),
    link: link('Accepts the invitation.'),
    expiresIn: span('How long the link works.'),
  }),
  subject: ({ company, product }) => `You've been invited to join ${company} on ${product}`,
  body: (variables) => ({
    greeting: greetingFor(variables.firstName),
    paragraphs: [
      `${variables.inviter ?? variables.company} has invited you to join ${variables.company} on ${variables.product} as ${variables.role}.`,
    ],
    action: { label: 'Accept the invitation', url: variables.link },
    notes: [
      `The invitation expires in ${variables.expiresIn}.`,
      'If you did not expect it, you can ignore this mail.',
    ],
  }),
});
