/** An application that was registered at a vendor. */
export interface OAuthApplication {
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Compared to the letter. */
  readonly redirectUris: Set<string>;
}

/** The applications of a vendor, by client id. */
export class OAuthApplications {
  readonly #byId = new Map<string, OAuthApplication>();

  add(application: OAuthApplication): OAuthApplication {
    this.#byId.set(application.clientId, application);
    return application;
  }

  find(clientId: string): OAuthApplication | undefined {
    return this.#byId.get(clientId);
  }

  named(name: string): OAuthApplication | undefined {
    return [...this.#byId.values()].find((one) => one.name === name || one.clientId === name);
  }

  clear(): void {
    this.#byId.clear();
  }
}

/** Where the installation has vendors send people back to. */
export function platformRedirectUris(publicUrl: string, vendor: string): Set<string> {
  return new Set([`${publicUrl}/oauth/${vendor}/callback`, `${publicUrl}/sign-in/${vendor}/callback`]);
}
