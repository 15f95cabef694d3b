import { OptionalProps } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** A person who told one of our numbers to stop; lifted by START. */
@Entity({ tableName: 'opt_outs' })
export class OptOut {
  declare readonly [OptionalProps]?: 'active' | 'updatedAt';

  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) workspaceId!: string;
  @Property({ type: 'text' }) settingsId!: string;
  /** Our number that was written to. */
  @Property({ type: 'text' }) ownNumber!: string;
  /** The person's number. */
  @Property({ type: 'text' }) phoneNumber!: string;
  @Property({ type: 'boolean' }) active = true;
  @Property({ type: 'boolean' }) sandbox!: boolean;
  @Property({ type: 'datetime' }) updatedAt = new Date();
}
