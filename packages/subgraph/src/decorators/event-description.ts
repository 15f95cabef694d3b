/** An event as `@switchboard/proto-schemas` describes it. */
export interface EventDescription {
  /** Full name, such as `evt.telephony.v1.SmsReceived`. */
  readonly typeName: string;
  /** The payload's fields by their names in TypeScript. */
  readonly field: Readonly<Record<string, unknown>>;
}
