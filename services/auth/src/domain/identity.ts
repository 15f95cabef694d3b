import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** Who can vouch for a person at sign-in. */
export const SIGN_IN_PROVIDERS = ['GOOGLE', 'MICROSOFT'] as const;
export type SignInProviderName = (typeof SIGN_IN_PROVIDERS)[number];

/** An account elsewhere that a user signs in with. */
@Entity({ tableName: 'identities' })
export class Identity {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) userId!: string;
  @Property({ type: 'text' }) provider!: SignInProviderName;
  /** The provider's name for the account, which never becomes another person's: addresses do. */
  @Property({ type: 'text' }) subject!: string;
  @Property({ type: 'datetime' }) createdAt!: Date;
}

/** What a provider says of a person. */
export interface VouchedPerson {
  readonly provider: SignInProviderName;
  readonly subject: string;
  readonly email: string;
  /** Whether the provider knows that the address is the person's; an administrator of a directory may enter any. */
  readonly isEmailVerified: boolean;
  readonly name: string;
}
