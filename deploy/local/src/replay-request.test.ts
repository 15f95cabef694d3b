import { expect, it } from 'vitest';
import { readReplayRequest } from './replay-request.ts';

const now = new Date('2026-11-20T12:00:00Z');
const read = (line: string) => readReplayRequest(line.split(' ').filter(Boolean), now);

it('replays dead letters unless told otherwise', () => {
  expect(read('--service mail')).toEqual({
    kind: 'dead-letters',
    service: 'mail',
    ids: [],
    eventType: '',
    limit: 0,
  });
  expect(
    read('--service mail --dead-letters --type evt.auth.v1.InvitationCreated --id evt_1 --limit 5'),
  ).toEqual({
    kind: 'dead-letters',
    service: 'mail',
    ids: ['evt_1'],
    eventType: 'evt.auth.v1.InvitationCreated',
    limit: 5,
  });
  expect(read('--service mail --list')).toEqual({ kind: 'list', service: 'mail', limit: 0 });
});

it.each([
  ['2h', '2026-11-20T10:00:00.000Z'],
  ['30m', '2026-11-20T11:30:00.000Z'],
  ['2026-11-19T08:00:00Z', '2026-11-19T08:00:00.000Z'],
])('reads --since %s', (since, expected) => {
  expect(read(`--service auth --outbox --since ${since}`)).toMatchObject({
    kind: 'outbox',
    since: new Date(expected),
  });
});

it.each([
  ['', '--service must name one of'],
  ['--service post', '--service must name one of'],
  ['--service mail --outbox', '--outbox needs --since'],
  ['--service mail --outbox --since yesterday', '--outbox needs --since'],
  ['--service mail --outbox --dead-letters --since 1h', '--outbox goes with'],
  ['--service mail --since 1h', '--since goes with --outbox only'],
  ['--service mail --limit -1', 'limit'],
  ['--service mail --force', 'force'],
])('refuses "%s"', (line, message) => {
  expect(() => read(line)).toThrow(message);
});
