import type { NestedForm, NestedValue } from '../forms.ts';
import { invalid, missing } from './stripe-error.ts';

const METADATA_KEYS_MAX = 50;
const METADATA_KEY_MAX = 40;
const METADATA_VALUE_MAX = 500;

/** Reads and checks the parameters of one request, in Stripe's words. Every method throws a StripeError. */
export class Parameters {
  readonly #form: NestedForm;

  /** Refuses names that the endpoint does not have. */
  constructor(form: NestedForm, allowed: readonly string[]) {
    for (const name of Object.keys(form)) {
      if (name !== 'expand' && !allowed.includes(name)) {
        throw invalid(`Received unknown parameter: ${name}`, { param: name, code: 'parameter_unknown' });
      }
    }
    this.#form = form;
  }

  has(name: string): boolean {
    return this.#form[name] !== undefined;
  }

  text(name: string): string | undefined {
    const value = this.#form[name];
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw invalid(`Invalid string: ${JSON.stringify(value)}`, { param: name });
    if (value === '') {
      throw invalid(
        `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however '${name}' cannot be unset. You should remove '${name}' from your request or supply a non-empty value.`,
        { param: name, code: 'parameter_invalid_empty' },
      );
    }
    return value;
  }

  /** A text that an empty value takes away: undefined is "not given", null is "unset". */
  unsettable(name: string): string | null | undefined {
    return this.#form[name] === '' ? null : this.text(name);
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw missing(name);
    return value;
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) {
      throw invalid(`Invalid ${name}: must be one of ${values.join(', ')}`, { param: name });
    }
    return found;
  }

  integer(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^-?\d+$/.test(value)) {
      throw invalid(`Invalid integer: ${value}`, { param: name, code: 'parameter_invalid_integer' });
    }
    return Number(value);
  }

  requiredInteger(name: string): number {
    const value = this.integer(name);
    if (value === undefined) throw missing(name);
    return value;
  }

  boolean(name: string): boolean | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (value !== 'true' && value !== 'false') throw invalid(`Invalid boolean: ${value}`, { param: name });
    return value === 'true';
  }

  list(name: string): string[] | undefined {
    const value = this.#form[name];
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
      throw invalid('Invalid array', { param: name });
    }
    return value as string[];
  }

  hash(name: string): NestedForm | undefined {
    const value = this.#form[name];
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) throw invalid('Invalid object', { param: name });
    return value;
  }

  /** The metadata after this request: values are set, empty ones removed. https://docs.stripe.com/api/metadata */
  metadata(current: Record<string, string> = {}): Record<string, string> {
    const given = this.#form.metadata;
    if (given === undefined) return current;
    if (given === '') return {};
    const changes = this.hash('metadata') ?? {};
    const next = { ...current };
    for (const [key, value] of Object.entries(changes)) {
      if (value === '') delete next[key];
      else next[key] = checkMetadata(key, value);
    }
    if (Object.keys(next).length > METADATA_KEYS_MAX) {
      throw invalid(`Metadata can have up to ${METADATA_KEYS_MAX} keys.`, { param: 'metadata' });
    }
    return next;
  }
}

function checkMetadata(key: string, value: NestedValue): string {
  if (typeof value !== 'string')
    throw invalid('Metadata values must be strings.', { param: `metadata[${key}]` });
  if (key.length > METADATA_KEY_MAX) {
    throw invalid(`Metadata keys can have up to ${METADATA_KEY_MAX} characters: ${key}`, {
      param: 'metadata',
    });
  }
  if (value.length > METADATA_VALUE_MAX) {
    throw invalid(
      `Metadata values can have up to ${METADATA_VALUE_MAX} characters, but you passed in a value that is ${value.length} characters.`,
      { param: `metadata[${key}]` },
    );
  }
  return value;
}
