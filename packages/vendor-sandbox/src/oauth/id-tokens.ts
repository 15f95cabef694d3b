import { createPublicKey } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import { makeCertificate, type SigningCertificate } from '../x509.ts';

/** Signs a vendor's ID tokens (RS256) and publishes the key, which lives as long as the process. */
export class IdTokens {
  #made: SigningCertificate | undefined;

  /** @param commonName in the certificate of the key. */
  constructor(
    private readonly keyId: string,
    private readonly commonName: string,
  ) {}

  /** @param claims with `iss`, `aud`, `sub`. @param lifetimeSeconds negative for one that is over. */
  async sign(claims: JWTPayload, now: Date, lifetimeSeconds: number): Promise<string> {
    const expiresAt = Math.floor(now.getTime() / 1_000) + lifetimeSeconds;
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: this.keyId, typ: 'JWT' })
      .setIssuedAt(Math.min(expiresAt, Math.floor(now.getTime() / 1_000)))
      .setExpirationTime(expiresAt)
      .sign(this.#key().privateKey);
  }

  /** As a JWKS endpoint answers. */
  jwks(): { keys: object[] } {
    const publicKey = createPublicKey(this.#key().privateKey);
    return { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: this.keyId, alg: 'RS256', use: 'sig' }] };
  }

  /** Certificates by key id, as Google publishes them beside the JWKS. */
  certificates(): Record<string, string> {
    return { [this.keyId]: this.#key().pem };
  }

  /** Made when first needed: an RSA key takes its time. */
  #key(): SigningCertificate {
    this.#made ??= makeCertificate(this.commonName, new Date());
    return this.#made;
  }
}
