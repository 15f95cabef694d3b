import { expect, it } from 'vitest';
import { mayBorrow, purposesOf, scopesFor } from './consent-vendors.ts';

const GMAIL = 'https://www.googleapis.com/auth/gmail';

it('asks for no more than the purpose needs', () => {
  expect(scopesFor('GOOGLE', 'MAIL_SEND')).toEqual(['openid', 'email', `${GMAIL}.send`]);
  expect(scopesFor('MICROSOFT', 'CALENDAR')).toEqual(['offline_access', 'User.Read', 'Calendars.ReadWrite']);
});

it('keeps what was granted before when another purpose is added', () => {
  const scopes = scopesFor('MICROSOFT', 'CALENDAR', ['User.Read', 'Mail.Send']);
  expect(purposesOf('MICROSOFT', scopes)).toEqual(['MAIL_SEND', 'CALENDAR']);
});

it('refuses a purpose the vendor has nothing for, and says what it has', () => {
  expect(() => scopesFor('ZOOM', 'MAIL')).toThrow(/ZOOM has no MAIL. It has MEETINGS/);
});

it('counts only what was granted: a person may untick a scope', () => {
  expect(purposesOf('GOOGLE', ['openid', `${GMAIL}.send`])).toEqual(['MAIL_SEND']);
  expect(purposesOf('GOOGLE', ['openid'])).toEqual([]);
  expect(purposesOf('GOOGLE', ['https://www.googleapis.com/auth/calendar.events'])).toEqual([]);
});

it('knows that the wider scope of mail can send', () => {
  expect(purposesOf('GOOGLE', [`${GMAIL}.modify`])).toEqual(['MAIL', 'MAIL_SEND']);
});

it('reads scopes of Microsoft by their full address', () => {
  expect(purposesOf('MICROSOFT', ['https://graph.microsoft.com/mail.send'])).toEqual(['MAIL_SEND']);
});

it('lends a mailbox to mail and a calendar to meetings, and not the other way round', () => {
  expect(mayBorrow('GOOGLE', [`${GMAIL}.send`], 'mail')).toBe(true);
  expect(mayBorrow('GOOGLE', [`${GMAIL}.send`], 'meetings')).toBe(false);
  expect(mayBorrow('MICROSOFT', ['Calendars.ReadWrite'], 'meetings')).toBe(true);
  expect(mayBorrow('MICROSOFT', ['Calendars.ReadWrite'], 'mail')).toBe(false);
});
