import { z } from 'zod';
import { defineTemplate } from './template.ts';
import { firstName, greetingFor, link, name, span } from './variables.ts';

export const passwordReset = defineTemplate({
  key: 'password-reset',
  version: 1,
  description: 'Lets somebody set a new password.',
  variables: z.strictObject({
    firstName,
    product: name('The product.'),
    link: link('Leads to where the new password is set.'),
    expiresIn: span('How long the link works.'),
  }),
  subject: ({ product }) => `Reset your ${product} password`,
  body: (variables) => ({
    greeting: greetingFor(variables.firstName),
    paragraphs: [`Somebody asked to reset the password of your ${variables.product} account.`],
    action: { label: 'Set a new password', url: variables.link },
    notes: [
      `The link expires in ${variables.expiresIn} and works once.`,
      'If it was not you, ignore this mail: your password stays as it is.',
    ],
  }),
});
