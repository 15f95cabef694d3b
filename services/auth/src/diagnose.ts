import { ConfigError, type Environment, parseConfig } from '@switchboard/config';
import { z } from 'zod';
import { authConfig } from './config.ts';
import { VENDOR_SETUPS } from './domain/vendor-setup.ts';
import { VENDOR_SHAPES, VENDORS, type Vendor } from './domain/vendors.ts';

/** How one vendor stands, and what to do about it. */
export interface Diagnosis {
  readonly vendor: Vendor;
  /** On the sandbox while nothing is set; `incomplete` stops auth from starting. */
  readonly state: 'sandbox' | 'connected' | 'incomplete';
  /** Names of variables, the reason, and what each is; never a value. */
  readonly problems: readonly string[];
  readonly variables: readonly {
    readonly name: string;
    readonly isRequired: boolean;
    readonly isSet: boolean;
  }[];
  readonly keysPage: string;
  /** Where the vendor must call, and how it is told so. */
  readonly webhook: { readonly url: string; readonly page: string; readonly how: string } | undefined;
}

type ReadFile = (path: string) => string;

/** Looks at every vendor's variables as auth would. @param publicUrl where vendors reach the gateway. */
export function diagnose(environment: Environment, publicUrl: string, readFile: ReadFile): Diagnosis[] {
  return VENDORS.map((vendor) => {
    const { keysPage, webhook } = VENDOR_SETUPS[vendor];
    const variables = variablesOfVendor(vendor, environment);
    const problems = variables.some(({ isSet }) => isSet) ? problemsOf(vendor, environment, readFile) : [];
    const isUsed = variables.some(({ isSet }) => isSet);
    return {
      vendor,
      state: problems.length > 0 ? 'incomplete' : isUsed ? 'connected' : 'sandbox',
      problems,
      variables,
      keysPage,
      webhook: webhook && { url: `${publicUrl}/webhooks/${vendor.toLowerCase()}/platform`, ...webhook },
    };
  });
}

/** Why vendors that are connected in earnest could not call back; `undefined` when they can, or none is. */
export function unreachable(diagnoses: readonly Diagnosis[], publicUrl: string): string | undefined {
  const calling = diagnoses.filter(({ state, webhook }) => state === 'connected' && webhook);
  if (calling.length === 0) return undefined;
  const { protocol, hostname } = new URL(publicUrl);
  const isLocal =
    hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\.|^\[?::1/.test(hostname);
  if (protocol === 'https:' && !isLocal) return undefined;
  const names = calling.map(({ vendor }) => vendor).join(', ');
  return `PUBLIC_URL is ${publicUrl}: ${names} can only call a public https address.`;
}

function variablesOfVendor(vendor: Vendor, environment: Environment): Diagnosis['variables'] {
  const names = Object.keys(authConfig.groups[vendor].shape);
  const { fields } = VENDOR_SHAPES[vendor];
  return names.map((name, index) => ({
    name,
    isRequired: fields[index]?.required ?? true,
    isSet: Boolean(environment[name] || environment[`${name}_FILE`]),
  }));
}

function problemsOf(vendor: Vendor, environment: Environment, readFile: ReadFile): string[] {
  try {
    parseConfig(
      { base: z.object({}), groups: { [vendor]: authConfig.groups[vendor] } },
      environment,
      readFile,
    );
    return [];
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    return thrown.problems.map((problem) => `${problem}${meaningOf(vendor, problem)}`);
  }
}

/** What the variable that a problem begins with is for. */
function meaningOf(vendor: Vendor, problem: string): string {
  const name = problem.slice(0, problem.indexOf(':'));
  const description = authConfig.groups[vendor].shape[name]?.meta()?.description;
  return typeof description === 'string' ? ` (${description.replace(/^\w+: /, '').replace(/\.$/, '')})` : '';
}
