import { z } from 'zod';
import { defineTemplate } from './template.ts';
import { firstName, greetingFor, link, name, span } from './variables.ts';

const variables = (expiresIn: string) =>
  z.strictObject({
    firstName,
    company: name('The workspace it is about; absent for the recipient’s own account.').optional(),
    product: name('The product.'),
    link: link('Leads to the request.'),
    expiresIn: span(expiresIn),
  });

const what = ({ company, product }: { company?: string | undefined; product: string }) =>
  company === undefined ? `your ${product} account` : `the ${product} workspace ${company}`;

export const erasureScheduled = defineTemplate({
  key: 'erasure-scheduled',
  version: 1,
  description: 'Tells somebody that their account or workspace is to be erased, while it can be taken back.',
  variables: variables('How long it can be taken back.'),
  subject: (given) => `In ${given.expiresIn} ${what(given)} will be erased`,
  body: (given) => ({
    greeting: greetingFor(given.firstName),
    paragraphs: [
      `You asked to erase ${what(given)}. It will be erased in ${given.expiresIn}, and cannot be brought back then.`,
    ],
    action: { label: 'See the request', url: given.link },
    notes: [
      'Until then you can cancel it.',
      'If it was not you, cancel it and change your password: somebody knows it.',
    ],
  }),
});

export const copyReady = defineTemplate({
  key: 'copy-ready',
  version: 1,
  description: 'Tells somebody that the copy of data they asked for can be fetched.',
  variables: variables('How long it can be fetched.'),
  subject: (given) => `The copy of ${what(given)} is ready`,
  body: (given) => ({
    greeting: greetingFor(given.firstName),
    paragraphs: [`The copy of ${what(given)} that you asked for is ready.`],
    action: { label: 'Fetch the copy', url: given.link },
    notes: [
      `It can be fetched for ${given.expiresIn}, and is thrown away then.`,
      'If it was not you, change your password: somebody knows it.',
    ],
  }),
});
