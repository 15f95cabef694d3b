import type { CallbackSender } from './callbacks/callback-sender.ts';
import type { FaultBook } from './faults/fault-book.ts';
import type { Mailbox } from './mailbox/mailbox.ts';
import type { Timers } from './timers.ts';
import type { RequestLog } from './traffic/request-log.ts';

/** What every vendor of the sandbox shares. */
export interface World {
  /** Address of the installation, for the platform's webhooks. */
  readonly publicUrl: string;
  /** Address of the sandbox itself, for links that a browser follows. */
  sandboxUrl(): string;
  now(): Date;
  /** Pause between two steps of a vendor's own work (queued, sent, delivered). */
  readonly stepDelayMs: number;
  /** Meetings a Zoom host may create or change in a day (UTC). */
  readonly zoomMeetingWritesPerDay: number;
  readonly timers: Timers;
  readonly faults: FaultBook;
  readonly requests: RequestLog;
  readonly callbacks: CallbackSender;
  readonly mailbox: Mailbox;
}
