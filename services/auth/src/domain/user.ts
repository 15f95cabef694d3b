import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** A person with an account. Belongs to no workspace: memberships do. */
@Entity({ tableName: 'users' })
export class User {
  @PrimaryKey({ type: 'text' }) id!: string;
  /** Lower case, unique. */
  @Property({ type: 'text' }) email!: string;
  @Property({ type: 'text' }) name!: string;
  /** argon2id, PHC string; null for an account without a password. */
  @Property({ type: 'text', nullable: true, hidden: true }) passwordHash!: string | null;
  @Property({ type: 'datetime', nullable: true }) emailVerifiedAt!: Date | null;
  @Property({ type: 'text', nullable: true }) referralCode!: string | null;
  @Property({ type: 'datetime' }) createdAt!: Date;
}
