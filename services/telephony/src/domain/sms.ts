import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { isForward, type SmsStatus } from './sms-status.ts';

export type SmsDirection = 'OUTBOUND' | 'INBOUND';

/** One text message, sent or received. */
@Entity({ tableName: 'sms' })
export class Sms {
  declare readonly [OptionalProps]?:
    | 'errorCode'
    | 'providerMessageId'
    | 'segments'
    | 'createdAt'
    | 'updatedAt';

  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  /** The settings it went through. */
  @Property({ type: 'text' }) settingsId!: string;
  @Property({ type: 'text' }) connectionId!: string;
  /** Whose account was used. */
  @Property({ type: 'text' }) userId!: string;
  @Property({ type: 'text' }) direction!: SmsDirection;
  @Property({ type: 'text', fieldName: 'from_number' }) from!: string;
  @Property({ type: 'text', fieldName: 'to_number' }) to!: string;
  @Property({ type: 'text' }) body!: string;
  @Property({ type: 'text' }) status!: SmsStatus;
  /** The vendor's reason of a failure, such as `21610`. */
  @Property({ type: 'text', nullable: true }) errorCode: string | null = null;
  @Property({ type: 'text', nullable: true }) providerMessageId: string | null = null;
  @Property({ type: 'integer' }) segments = 1;
  @Property({ type: 'boolean' }) sandbox!: boolean;
  @Property({ type: 'datetime' }) createdAt = new Date();
  @Property({ type: 'datetime' }) updatedAt = new Date();

  /** Takes a status if it is news. @returns whether anything changed. */
  advance(to: SmsStatus, errorCode?: string): boolean {
    if (!isForward(this.status, to)) return false;
    this.status = to;
    if (errorCode !== undefined) this.errorCode = errorCode;
    this.updatedAt = new Date();
    return true;
  }
}
