import { base64UrlId } from '../random-ids.ts';
import type { World } from '../world.ts';
import type { ZoomAccount } from './account.ts';
import { encryptedToken, zoomSignature } from './signature.ts';

const VALID_MS = 72 * 3_600_000;

/** Sends events to an account's endpoint, once it has proved that it knows the secret. */
export class ZoomEvents {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** https://developers.zoom.us/docs/api/meetings/events/ */
  emit(account: ZoomAccount, event: string, payload: object): void {
    if (account.webhookUrl === null) return;
    const body = JSON.stringify({
      event,
      payload: { account_id: account.accountId, ...payload },
      event_ts: this.#world.now().getTime(),
    });
    if (this.#isValidated(account)) {
      this.#send(account, event, body);
      return;
    }
    // An endpoint that fails the challenge gets no event; the failed challenge stands in the list of callbacks.
    void this.validate(account).then((isValid) => {
      if (isValid) this.#send(account, event, body);
    });
  }

  /**
   * Asks the endpoint to encrypt a token with the shared secret.
   * https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint
   */
  validate(account: ZoomAccount): Promise<boolean> {
    account.validation ??= this.#challenge(account).finally(() => {
      account.validation = null;
    });
    return account.validation;
  }

  #isValidated(account: ZoomAccount): boolean {
    return this.#world.now().getTime() - account.validatedAtMs < VALID_MS;
  }

  #challenge(account: ZoomAccount): Promise<boolean> {
    const plainToken = base64UrlId(16);
    const body = JSON.stringify({
      payload: { plainToken },
      event_ts: this.#world.now().getTime(),
      event: 'endpoint.url_validation',
    });
    const expected = encryptedToken(account.webhookSecretToken, plainToken);
    return new Promise((resolve) => {
      this.#send(account, 'endpoint.url_validation', body, (answer) => {
        const isValid = answer?.status === 200 && fits(answer.body, plainToken, expected);
        if (isValid) account.validatedAtMs = this.#world.now().getTime();
        resolve(isValid);
      });
    });
  }

  #send(
    account: ZoomAccount,
    kind: string,
    body: string,
    onEnd?: (answer: { status: number; body: string } | null) => void,
  ): void {
    this.#world.callbacks.send({
      vendor: 'zoom',
      account: account.name,
      kind,
      url: account.webhookUrl ?? '',
      contentType: 'application/json; charset=utf-8',
      body,
      sign: () => {
        const timestamp = String(Math.floor(this.#world.now().getTime() / 1_000));
        return {
          headers: {
            'x-zm-request-timestamp': timestamp,
            'x-zm-signature': zoomSignature(account.webhookSecretToken, timestamp, body),
            'x-zm-trackingid': `v=2.0;clid=sandbox;rid=${base64UrlId(12)}`,
            'user-agent': 'Zoom Marketplace/1.0a',
          },
          signatureHeader: 'x-zm-signature',
        };
      },
      ...(onEnd ? { onEnd } : {}),
    });
  }
}

function fits(body: string, plainToken: string, expected: string): boolean {
  try {
    const answer = JSON.parse(body) as { plainToken?: unknown; encryptedToken?: unknown };
    return answer.plainToken === plainToken && answer.encryptedToken === expected;
  } catch {
    return false;
  }
}
