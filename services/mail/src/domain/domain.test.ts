import { AppError } from '@switchboard/errors';
import { describe, expect, it } from 'vitest';
import { requireHeaderText, requireOneAddress } from './header-text.ts';
import { isForward, MailStatus } from './mail-status.ts';
import { addresseesOf } from './recipients.ts';
import { internetMessageIdOf, referencesOfReply } from './threading.ts';
import { inOrder, type TimelineKind } from './timeline-entry.ts';

describe('a status', () => {
  it('ends the same in any order of events', () => {
    const statuses = Object.values(MailStatus);
    for (const a of statuses) {
      for (const b of statuses) {
        const [ab, ba] = [isForward(a, b) ? b : a, isForward(b, a) ? a : b];
        expect(ab).toBe(ba);
      }
    }
  });

  it('is never lowered to DELIVERED by a late event', () => {
    expect(isForward('BOUNCED', 'DELIVERED')).toBe(false);
    expect(isForward('OUTCOME_UNKNOWN', 'SENT')).toBe(true);
    expect(isForward('DELIVERED', 'OUTCOME_UNKNOWN')).toBe(false);
  });
});

describe('a history', () => {
  it('is in order though the vendor tells whole seconds', () => {
    const line = (kind: TimelineKind, at: string) => ({
      id: kind,
      kind,
      at: new Date(`2026-11-20T09:00:${at}Z`),
    });
    const lines = [
      line('OPENED', '09'),
      line('DELIVERED', '01'),
      line('PROCESSED', '01'),
      line('SENT', '01.730'),
      line('QUEUED', '01.400'),
      line('DEFERRED', '07'),
    ];
    expect(inOrder(lines).map(({ kind }) => kind)).toEqual([
      'QUEUED',
      'SENT',
      'PROCESSED',
      'DELIVERED',
      'DEFERRED',
      'OPENED',
    ]);
  });
});

describe('recipients', () => {
  it('keep their order and kind', () => {
    expect(addresseesOf({ to: ['a@x.de'], cc: null, bcc: ['b@x.de'] })).toEqual([
      { kind: 'TO', address: 'a@x.de' },
      { kind: 'BCC', address: 'b@x.de' },
    ]);
  });

  it('are 50 at most, each once', () => {
    const many = Array.from({ length: 50 }, (_, n) => `a${n}@x.de`);
    expect(addresseesOf({ to: many })).toHaveLength(50);
    expect(() => addresseesOf({ to: many, cc: ['b@x.de'] })).toThrow(AppError);
    expect(() => addresseesOf({ to: ['a@x.de'], bcc: ['A@X.DE'] })).toThrow(AppError);
    expect(() => addresseesOf({ to: [] })).toThrow(AppError);
  });
});

describe('threads', () => {
  it('carry our Message-IDs at the sender’s domain', () => {
    expect(internetMessageIdOf('msg_1', 'no-reply@switchboard.test')).toBe('<msg_1@switchboard.test>');
  });

  it('keep the first mail and the newest when they grow long', () => {
    let references: string | null = null;
    for (let n = 0; n < 40; n += 1) {
      references = referencesOfReply({ internetMessageId: `<${n}@x.de>`, references });
    }
    const all = references?.split(' ') ?? [];
    expect(all).toHaveLength(20);
    expect([all[0], all[1], all.at(-1)]).toEqual(['<0@x.de>', '<21@x.de>', '<39@x.de>']);
  });
});

describe('texts of headers', () => {
  it.each(['\r', '\n', '\r\n', '\u2028', '\u2029', '\u0000', '\u0085'])('hold no %j', (end) => {
    expect(() => requireHeaderText('subject', `Hello${end}Bcc: evil@example.com`)).toThrow(AppError);
    expect(() => requireOneAddress('to', `a@b.com${end}Bcc: evil@example.com`)).toThrow(AppError);
  });

  it.each([
    'a@b.com, c@d.com',
    'Ana <a@b.com>',
    '<a@b.com>',
    'a@b@c.com',
    'a b@c.com',
    '"a"@b.com',
    'ab.com',
  ])('take %j for no address', (text) => {
    expect(() => requireOneAddress('to', text)).toThrow(AppError);
  });
});
