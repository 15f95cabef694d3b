import type { User } from './user.ts';

/** Who looks after the installation as a whole: named by the operator, by address. */
export class SuperAdmins {
  readonly #addresses: ReadonlySet<string>;

  constructor(addresses: readonly string[]) {
    this.#addresses = new Set(addresses.map((address) => address.toLowerCase()));
  }

  /** An address that nobody proved makes nobody anything. */
  has({ email, emailVerifiedAt }: Pick<User, 'email' | 'emailVerifiedAt'>): boolean {
    return emailVerifiedAt !== null && this.#addresses.has(email);
  }
}
