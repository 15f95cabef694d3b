import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** Who pays, as a caller names them. */
export interface CustomerDetails {
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly name?: string | undefined;
}

/** One person of a workspace, as one vendor account knows them. Never changed after it was made. */
@Entity({ tableName: 'customers' })
export class Customer {
  declare readonly [OptionalProps]?: 'email' | 'phone' | 'name' | 'providerCustomerId' | 'createdAt';

  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text' }) connectionId!: string;
  /** What makes two customers one: see `contactOf`. */
  @Property({ type: 'text' }) contact!: string;
  @Property({ type: 'text', nullable: true }) email: string | null = null;
  @Property({ type: 'text', nullable: true }) phone: string | null = null;
  @Property({ type: 'text', nullable: true }) name: string | null = null;
  @Property({ type: 'text', nullable: true }) providerCustomerId: string | null = null;
  @Property({ type: 'boolean' }) sandbox!: boolean;
  @Property({ type: 'datetime' }) createdAt = new Date();
}

/** The address in lower case, or else the number; `undefined` for a customer who left neither. */
export function contactOf({ email, phone }: CustomerDetails): string | undefined {
  return email?.toLowerCase() ?? phone;
}

/** The form in which every service keeps an e-mail address: its domain in lower case. */
export function canonicalEmail(email: string): string {
  const at = email.lastIndexOf('@');
  return email.slice(0, at) + email.slice(at).toLowerCase();
}
