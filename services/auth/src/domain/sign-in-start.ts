import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { sha256 } from './digest.ts';
import type { SignInProviderName } from './identity.ts';

/** A sign-in that is under way at a provider. */
@Entity({ tableName: 'sign_in_starts' })
export class SignInStart {
  @PrimaryKey({ type: 'text' }) id!: string;
  /** SHA-256 of the state, which travels through the provider. */
  @Property({ type: 'text' }) stateHash!: string;
  /** SHA-256 of what only the browser that began has: it does not travel. */
  @Property({ type: 'text' }) tokenHash!: string;
  /** Of the verifier (RFC 7636). */
  @Property({ type: 'text' }) challenge!: string;
  @Property({ type: 'text' }) provider!: SignInProviderName;
  @Property({ type: 'text' }) returnUrl!: string;
  @Property({ type: 'datetime' }) createdAt!: Date;
  @Property({ type: 'datetime' }) expiresAt!: Date;
  @Property({ type: 'datetime', nullable: true }) usedAt!: Date | null;
}

/** What ties the ID token to this sign-in (OpenID Connect Core, 15.5.2): derived from what only we know. */
export function nonceOf(verifier: string): string {
  return sha256(`nonce/${verifier}`);
}

/** The address a provider sends people back to; it is registered there to the letter. */
export function signInRedirectUriOf(publicUrl: string, provider: SignInProviderName): string {
  return `${publicUrl}/sign-in/${provider.toLowerCase()}/callback`;
}
