import type { Mode } from './mode.ts';
import { PLATFORM_ALIAS, type PlatformConnection, SANDBOX_ALIAS } from './platform-connection.ts';
import type { SandboxAddress } from './sandbox-address.ts';
import type { Vendor } from './vendors.ts';

/** What the configuration says about vendors: the platform's own connections and where the sandbox is. */
export class Installation {
  constructor(
    readonly platformConnections: readonly PlatformConnection[],
    /** Absent when the installation has no vendor sandbox. */
    readonly sandbox: SandboxAddress | undefined,
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

  /** Whether a new connection leads to the sandbox when nobody said: yes, until the vendor is connected in earnest. */
  isSandboxByDefault(vendor: Vendor): boolean {
    return (
      this.sandbox !== undefined &&
      !this.platformConnectionsOf(vendor).some((connection) => !connection.sandbox)
    );
  }
}
