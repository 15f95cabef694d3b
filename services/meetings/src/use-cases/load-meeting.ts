import { LockMode } from '@mikro-orm/core';
import type { EventTx } from '@switchboard/messaging';
import { type Database, SYSTEM } from '@switchboard/storage';
import { Meeting } from '../domain/meeting.ts';

/** A meeting as it stands, for work outside of any transaction. */
export function readMeeting(database: Database, meetingId: string): Promise<Meeting> {
  return database.read(SYSTEM, (em) => em.findOneOrFail(Meeting, { id: meetingId }));
}

/** A meeting to change; whoever else wants to change it waits for this transaction. */
export function lockMeeting({ em }: EventTx, meetingId: string): Promise<Meeting> {
  return em.findOneOrFail(Meeting, { id: meetingId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
}
