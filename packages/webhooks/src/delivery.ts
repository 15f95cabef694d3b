/** A callback as it came in, byte for byte. */
export interface IncomingWebhook {
  /** The connection the address names: an id, `platform` or `sandbox`. */
  readonly connectionId: string;
  readonly method: string;
  /** The public address the vendor called, query included: some vendors sign it. Never taken from the Host header. */
  readonly publicUrl: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly receivedAt: Date;
}

/** A stored callback, as the work gets it. */
export interface WebhookDelivery extends IncomingWebhook {
  /** `whd_…`. */
  readonly id: string;
}

/** What a vendor wants to hear. */
export interface WebhookAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}
