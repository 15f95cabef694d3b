import type { Mode } from './mode.ts';
import type { PlatformConnection } from './platform-connection.ts';
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

  /** The connection that `/webhooks/<vendor>/platform` stands for. */
  platformDefault(vendor: Vendor, mode: Mode): PlatformConnection | undefined {
    const own = this.platformConnectionsOf(vendor);
    const live = mode === 'live' ? own.find((connection) => !connection.sandbox) : undefined;
    return live ?? own.find((connection) => connection.sandbox);
  }

  /** Whether a new connection leads to the sandbox when nobody said: yes, until the vendor is connected in earnest. */
  isSandboxByDefault(vendor: Vendor): boolean {
    return (
      this.sandbox !== undefined &&
      !this.platformConnectionsOf(vendor).some((connection) => !connection.sandbox)
    );
  }
}
