import { AppError, invalidInput } from '@switchboard/errors';
import type { ConsentVendor } from './consent-vendors.ts';
import type { SignInProviderName } from './identity.ts';
import type { Mode } from './mode.ts';
import type { ConsentCall, OAuthClient } from './oauth-client.ts';
import { PLATFORM_ALIAS, type PlatformConnection, SANDBOX_ALIAS } from './platform-connection.ts';
import type { SandboxAddress } from './sandbox-address.ts';
import { VENDOR_SHAPES, type Vendor } from './vendors.ts';

/** The installation's applications at the vendors that connect by consent. */
export type OAuthClients = Partial<Readonly<Record<ConsentVendor, OAuthClient>>>;

/** How people sign in elsewhere. */
export interface SignInRules {
  /** Whether the sandbox may vouch for people: it vouches for anybody as anybody. */
  readonly bySandbox: boolean;
  /** Further client ids that ID tokens of Google may be for: those of the apps. */
  readonly googleClientIds: readonly string[];
}

/** What the configuration says about vendors: the platform's own connections, applications, and where the sandbox is. */
export class Installation {
  constructor(
    readonly platformConnections: readonly PlatformConnection[],
    /** Absent when the installation has no vendor sandbox. */
    readonly sandbox: SandboxAddress | undefined,
    private readonly clients: { readonly live: OAuthClients; readonly sandbox: OAuthClients },
    private readonly signInRules: SignInRules,
  ) {}

  platformConnectionsOf(vendor: Vendor): readonly PlatformConnection[] {
    return this.platformConnections.filter((connection) => connection.vendor === vendor);
  }

  /**
   * The platform's connection that a name stands for, as in `/webhooks/<vendor>/<name>`.
   * @param name an id, `platform` or `sandbox`.
   */
  platformNamed(vendor: Vendor, name: string, mode: Mode): PlatformConnection | undefined {
    const own = this.platformConnectionsOf(vendor);
    const sandbox = own.find((connection) => connection.sandbox);
    const live = mode === 'live' ? own.find((connection) => !connection.sandbox) : undefined;
    if (name === SANDBOX_ALIAS) return sandbox;
    if (name === PLATFORM_ALIAS) return live ?? sandbox;
    return own.find((connection) => connection.id === name);
  }

  /**
   * Whether a new connection by a form leads to the sandbox. When nobody said: yes, until the vendor is connected in
   * earnest.
   * @throws AppError INVALID_INPUT when there is no sandbox for it.
   */
  isSandboxed(vendor: Vendor, wanted: boolean | null): boolean {
    const hasLive = this.platformConnectionsOf(vendor).some((connection) => !connection.sandbox);
    const sandbox = wanted ?? (this.#isPlayed(vendor) && !hasLive);
    if (sandbox && !this.#isPlayed(vendor)) throw noSandbox(vendor);
    return sandbox;
  }

  /**
   * Where and as whom a person's consent is asked for. When nobody said: at the sandbox, until the installation has an
   * application at the vendor.
   * @throws AppError INVALID_INPUT without a sandbox, UNSUPPORTED without an application.
   */
  consentCall(vendor: ConsentVendor, wanted: boolean | null): ConsentCall & { readonly sandbox: boolean } {
    const live = this.clients.live[vendor];
    const sandbox = wanted ?? (this.#isPlayed(vendor) && live === undefined);
    if (sandbox && !this.#isPlayed(vendor)) throw noSandbox(vendor);
    const client = sandbox ? this.clients.sandbox[vendor] : live;
    if (!client) {
      throw new AppError('UNSUPPORTED', `no client secrets for ${vendor}`, {
        publicMessage: `This installation has no application at ${vendor}.`,
      });
    }
    const sandboxUrl = sandbox ? `${this.sandbox?.url}/${vendor.toLowerCase()}` : undefined;
    return { vendor, client, sandboxUrl, sandbox };
  }

  /**
   * Where and as whom a person signs in. The sandbox vouches only where the operator allowed it and nothing is connected
   * in earnest.
   * @throws AppError UNSUPPORTED where nobody can sign in so.
   */
  signInCall(provider: SignInProviderName): ConsentCall {
    if (this.clients.live[provider]) return this.consentCall(provider, false);
    const isInEarnest =
      Object.keys(this.clients.live).length > 0 || this.platformConnections.some(({ sandbox }) => !sandbox);
    if (this.signInRules.bySandbox && !isInEarnest) return this.consentCall(provider, true);
    throw new AppError('UNSUPPORTED', `no client secrets for ${provider}`, {
      publicMessage: `Nobody can sign in by ${provider} here.`,
    });
  }

  /** Whom an ID token of Google may be for. */
  get googleAudiences(): readonly string[] {
    return [this.signInCall('GOOGLE').client.clientId, ...this.signInRules.googleClientIds];
  }

  /** Whether anybody could connect to the vendor by consent. */
  hasConsentClient(vendor: ConsentVendor): boolean {
    return this.clients.live[vendor] !== undefined || this.#isPlayed(vendor);
  }

  #isPlayed(vendor: Vendor): boolean {
    return this.sandbox !== undefined && VENDOR_SHAPES[vendor].isPlayed;
  }
}

function noSandbox(vendor: Vendor): AppError {
  return invalidInput(`This installation has no vendor sandbox for ${vendor}.`);
}
