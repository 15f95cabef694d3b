import { smtpAccount } from '../accounts.ts';
import { alphanumericId } from '../random-ids.ts';
import { type NewAccount, PLATFORM_ACCOUNT } from '../vendor.ts';

/** A mail account: one sign-in for the submission server and for the mailbox. */
export interface MailAccount {
  /** Name towards the control API. */
  readonly name: string;
  /** Its address as well. */
  readonly username: string;
  readonly password: string;
}

/** The accounts of the sandbox's mail servers. */
export class MailAccounts {
  readonly #accounts = new Map<string, MailAccount>();

  constructor() {
    this.reset();
  }

  /** The account of this user name, if the password is its own. */
  signIn(username: string, password: string): MailAccount | undefined {
    const account = this.#accounts.get(username);
    return account?.password === password ? account : undefined;
  }

  /** By name or address, without regard to case. */
  find(nameOrAddress: string): MailAccount | undefined {
    const wanted = nameOrAddress.toLowerCase();
    return [...this.#accounts.values()].find(
      ({ name, username }) => name === nameOrAddress || username.toLowerCase() === wanted,
    );
  }

  add(): NewAccount {
    const username = `${alphanumericId(12).toLowerCase()}@switchboard.test`;
    const password = alphanumericId(24);
    this.#accounts.set(username, { name: username, username, password });
    return { account: username, credentials: { username, password } };
  }

  reset(): void {
    this.#accounts.clear();
    this.#accounts.set(smtpAccount.username, { name: PLATFORM_ACCOUNT, ...smtpAccount });
  }
}
