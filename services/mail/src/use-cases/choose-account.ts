import { AppError, notFound } from '@switchboard/errors';
import type { Credential, CredentialLender, LendRequest } from '@switchboard/providers';
import { requireOneAddress } from '../domain/header-text.ts';

/** What a mail will go through. */
export interface Account {
  readonly provider: string;
  readonly connectionId: string;
  readonly sandbox: boolean;
  readonly from: string;
}

/** For whom an account is wanted. */
export interface Owner {
  readonly workspaceId: string;
  readonly userId?: string | undefined;
  readonly mode: 'live' | 'test';
}

const BREADTH: readonly Credential['owner'][] = ['USER', 'WORKSPACE', 'PLATFORM'];

/** Finds the connection that a mail goes through. */
export class ChooseAccount {
  /**
   * @param vendors in order of preference.
   * @param defaultFrom the sender of connections that name none.
   */
  constructor(
    private readonly lender: CredentialLender,
    private readonly vendors: readonly string[],
    private readonly defaultFrom: string,
  ) {}

  /** The named connection. @throws AppError NOT_FOUND when it is not the owner's, or no connection for mail. */
  named(owner: Owner, connectionId: string): Promise<Account> {
    return this.#narrowest({ ...owner, connectionId });
  }

  /** The narrowest default: the user's, the workspace's, the platform's. @throws AppError as `named`. */
  default(owner: Owner): Promise<Account> {
    return this.#narrowest(owner);
  }

  /** The platform's own, for the mails of the product. @throws AppError as `named`. */
  platform(mode: Owner['mode']): Promise<Account> {
    return this.#narrowest({ connectionId: 'platform', mode });
  }

  async #narrowest(request: Omit<LendRequest, 'vendor'>): Promise<Account> {
    const answers = await Promise.all(this.vendors.map((vendor) => this.#lend({ ...request, vendor })));
    const lent = answers.filter((answer) => answer !== undefined);
    // Equals keep the order of preference; a real account comes before a sandbox one, or mail that the operator
    // meant to be sent would stay here.
    const [chosen] = lent.toSorted(
      (a, b) =>
        BREADTH.indexOf(a.credential.owner) - BREADTH.indexOf(b.credential.owner) ||
        Number(a.credential.sandbox) - Number(b.credential.sandbox),
    );
    if (!chosen) throw notFound('Mail account');
    const { credential, vendor } = chosen;
    const from = credential.secrets.fromAddress?.reveal() || this.defaultFrom;
    requireOneAddress('from', from);
    return {
      provider: vendor,
      connectionId: credential.connectionId,
      sandbox: credential.sandbox,
      from,
    };
  }

  async #lend(request: LendRequest): Promise<{ vendor: string; credential: Credential } | undefined> {
    try {
      const credential = await this.lender.lend(request);
      // auth says so as well; a mail through another workspace's account must not hang on one check.
      const isForeign = credential.owner !== 'PLATFORM' && credential.workspaceId !== request.workspaceId;
      return isForeign ? undefined : { vendor: request.vendor, credential };
    } catch (thrown) {
      // No connection at this vendor; there may be one at the next.
      if (AppError.from(thrown).code === 'NOT_FOUND') return undefined;
      throw thrown;
    }
  }
}
