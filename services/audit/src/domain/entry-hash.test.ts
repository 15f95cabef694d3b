import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contentHash, type EntryContent, entryHash, GENESIS } from './entry-hash.ts';

const content: EntryContent = {
  id: 'aud_1',
  eventId: 'evt_1',
  type: 'evt.telephony.v1.SmsSent',
  service: 'telephony',
  occurredAt: new Date('2026-11-20T09:30:00.123Z'),
  recordedAt: new Date('2026-11-20T09:30:00.456Z'),
  actorKind: 'user',
  actorUserId: 'usr_1',
  actorApiKeyId: null,
  actorAgentId: null,
  operation: 'smsSend',
  correlationId: 'req_1',
  causationId: 'evt_0',
  subjects: ['sms_1'],
  data: '{"smsId":"sms_1"}',
  payloadHash: 'ab',
  sandbox: true,
};
const place = { workspaceId: 'wsp_1', sequence: 1, previousHash: GENESIS };

describe('the hash of an entry', () => {
  it('is the one its description gives', () => {
    const written =
      '["audit-entry-1","aud_1","evt_1","evt.telephony.v1.SmsSent","telephony","2026-11-20T09:30:00.123Z","2026-11-20T09:30:00.456Z","user","usr_1",null,null,"smsSend","req_1","evt_0",["sms_1"],"{\\"smsId\\":\\"sms_1\\"}","ab",true]';
    const inner = createHash('sha256').update(written).digest('hex');
    expect(contentHash(content)).toBe(inner);
    expect(entryHash(place, inner)).toBe(
      createHash('sha256').update(`["wsp_1",1,"${GENESIS}","${inner}"]`).digest('hex'),
    );
  });

  const changes: Partial<Record<keyof EntryContent, unknown>> = {
    id: 'aud_2',
    eventId: 'evt_2',
    type: 'x',
    service: 'x',
    occurredAt: new Date(0),
    recordedAt: new Date(0),
    actorKind: 'system',
    actorUserId: null,
    actorApiKeyId: 'x',
    actorAgentId: 'x',
    operation: null,
    correlationId: 'x',
    causationId: 'x',
    subjects: [],
    data: '{}',
    payloadHash: 'x',
    sandbox: false,
  };

  it.each(Object.entries(changes))('covers %s', (field, value) => {
    expect(contentHash({ ...content, [field]: value })).not.toBe(contentHash(content));
  });

  it('covers every field there is', () => {
    expect(Object.keys(changes).toSorted()).toEqual(Object.keys(content).toSorted());
  });

  it.each([{ workspaceId: 'wsp_2' }, { sequence: 2 }, { previousHash: 'f'.repeat(64) }])(
    'covers the place: %j',
    (other) => {
      expect(entryHash({ ...place, ...other }, 'x')).not.toBe(entryHash(place, 'x'));
    },
  );
});
