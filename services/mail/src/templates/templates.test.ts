import { AppError } from '@switchboard/errors';
import { describe, expect, it } from 'vitest';
import { currentTemplates, templateNamed, versionsOf } from './catalogue.ts';
import { renderTemplate } from './template.ts';
import { meetingTime, spanUntil } from './wording.ts';

const LINK = 'https://app.example.com/accept-invitation/inv_1.token?a=1&b=2';
const INVITATION = {
  firstName: 'Ana',
  company: 'Acme',
  product: 'Switchboard',
  inviter: 'Bo',
  role: 'member',
  link: LINK,
  expiresIn: '7 days',
};

function render(key: string, variables: Record<string, unknown>, keepLink = true) {
  return renderTemplate(templateNamed(key), variables, { keepLink });
}

describe('the invitation', () => {
  it('names company, product, role, link and end', () => {
    const { subject, text, html } = render('invitation', INVITATION);
    expect(subject).toBe("You've been invited to join Acme on Switchboard");
    for (const part of ['Hi Ana,', 'Bo has invited you', 'as member', LINK, 'expires in 7 days']) {
      expect(text).toContain(part);
    }
    expect(html).toContain('href="https://app.example.com/accept-invitation/inv_1.token?a=1&amp;b=2"');
  });

  it('says "there" to somebody without a name', () => {
    expect(render('invitation', { ...INVITATION, firstName: '' }).text).toContain('Hi there,');
    expect(render('invitation', { ...INVITATION, firstName: undefined }).text).toContain('Hi there,');
  });

  it('escapes everything in HTML', () => {
    const { html } = render('invitation', { ...INVITATION, firstName: `<img src=x onerror="a('&')">` });
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=&quot;a(&#39;&amp;&#39;)&quot;&gt;');
  });

  it('refuses variables that are missing, unknown, or could begin another header', () => {
    const refused = [
      { ...INVITATION, company: undefined },
      { ...INVITATION, extra: 'x' },
      { ...INVITATION, company: 'Acme\r\nBcc: evil@example.com' },
      { ...INVITATION, company: 'Acme\u2028Bcc: evil@example.com' },
      { ...INVITATION, link: 'javascript:alert(1)' },
    ];
    for (const variables of refused) expect(() => render('invitation', variables)).toThrow(AppError);
  });
});

describe('a request for data', () => {
  const request = { firstName: 'Ana', product: 'Switchboard', link: LINK, expiresIn: '3 days' };

  it('says what will be erased, and until when it can be taken back', () => {
    const own = render('erasure-scheduled', request);
    expect(own.subject).toBe('In 3 days your Switchboard account will be erased');
    expect(own.text).toContain('Until then you can cancel it.');
    const shared = render('erasure-scheduled', { ...request, company: 'Acme' });
    expect(shared.subject).toBe('In 3 days the Switchboard workspace Acme will be erased');
  });

  it('says what can be fetched, and for how long', () => {
    const { subject, text } = render('copy-ready', { ...request, company: 'Acme' });
    expect(subject).toBe('The copy of the Switchboard workspace Acme is ready');
    expect(text).toContain('It can be fetched for 3 days');
  });
});

it('keeps no link in what is stored', () => {
  const common = { firstName: 'Ana', product: 'P', link: LINK, expiresIn: '1 hour' };
  const meeting = { firstName: 'Ana', title: 'T', when: 'today', link: LINK };
  const all = [
    render('invitation', INVITATION, false),
    render('verification', common, false),
    render('password-reset', common, false),
    render('erasure-scheduled', common, false),
    render('copy-ready', common, false),
    render('meeting-invitation', meeting, false),
    render('meeting-update', meeting, false),
  ];
  for (const { text, html } of all) {
    expect(text + html).not.toContain('token');
    expect(text).toContain('[link not kept]');
  }
});

it('has one newest version of each template', () => {
  const keys = currentTemplates().map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(versionsOf('invitation')).toEqual([1]);
  expect(() => templateNamed('invitation', 99)).toThrow('no template');
});

describe('wording', () => {
  it.each([
    [7 * 86_400_000, '7 days'],
    [7 * 86_400_000 - 3_000, '7 days'],
    [2 * 86_400_000, '2 days'],
    [86_400_000, '24 hours'],
    [3_600_000 - 2_000, '1 hour'],
    [20 * 60_000, '20 minutes'],
    [-5, '1 minute'],
  ])('says %i ms as %s', (leftMs, words) => {
    const now = new Date('2026-11-20T09:00:00Z');
    expect(spanUntil(new Date(now.getTime() + leftMs), now)).toBe(words);
  });

  it("shows a meeting in its own time zone, over a day's end too", () => {
    const start = new Date('2026-11-20T09:30:00Z');
    expect(meetingTime(start, 45, 'Europe/Zurich')).toBe(
      'Friday 20 November 2026, 10:30 to 11:15 (Europe/Zurich, GMT+1)',
    );
    expect(meetingTime(start, 45, 'America/New_York')).toContain('04:30 to 05:15 (America/New_York, GMT-5)');
    expect(meetingTime(new Date('2026-07-01T22:30:00Z'), 120, 'UTC')).toContain(
      'Wednesday 1 July 2026, 22:30 to Thursday 2 July 2026, 00:30',
    );
  });
});
