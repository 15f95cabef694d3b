import { z } from 'zod';
import { defineTemplate } from './template.ts';
import { firstName, greetingFor, link, name, span } from './variables.ts';

export const verification = defineTemplate({
  key: 'verification',
  version: 1,
  description: 'Asks somebody to confirm their e-mail address.',
  variables: z.strictObject({
    firstName,
    product: name('The product.'),
    link: link('Confirms the address.'),
    expiresIn: span('How long the link works.'),
  }),
  subject: ({ product }) => `Confirm your e-mail address for ${product}`,
  body: (variables) => ({
    greeting: greetingFor(variables.firstName),
    paragraphs: [
      `Please confirm that this is your e-mail address, so that you can use ${variables.product}.`,
    ],
    action: { label: 'Confirm the address', url: variables.link },
    notes: [
      `The link expires in ${variables.expiresIn}.`,
      `If you did not sign up for ${variables.product}, you can ignore this mail.`,
    ],
  }),
});
