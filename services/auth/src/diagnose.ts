import { ConfigError, type Environment, fileVariableOf, parseConfig } from '@switchboard/config';
import { z } from 'zod';
import { authConfig, clientSecretsVariable } from './config.ts';
import { CONSENT_VENDORS, type ConsentVendor, redirectUriOf } from './domain/consent-vendors.ts';
import { signInRedirectUriOf } from './domain/sign-in-start.ts';
import { APPLICATION_PAGES, VENDOR_SETUPS } from './domain/vendor-setup.ts';
import { FORM_VENDORS, type FormVendor, VENDOR_SHAPES } from './domain/vendors.ts';

/** How one vendor stands, and what to do about it. */
export interface Diagnosis {
  readonly vendor: FormVendor;
  /** While nothing is set: on the sandbox, or `absent` where the sandbox does not play it. `incomplete` stops auth from starting. */
  readonly state: 'sandbox' | 'absent' | 'connected' | 'incomplete';
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
  return FORM_VENDORS.map((vendor) => {
    const { keysPage, webhook } = VENDOR_SETUPS[vendor];
    const variables = variablesOfVendor(vendor, environment);
    const problems = variables.some(({ isSet }) => isSet) ? problemsOf(vendor, environment, readFile) : [];
    const isUsed = variables.some(({ isSet }) => isSet);
    return {
      vendor,
      state:
        problems.length > 0
          ? 'incomplete'
          : isUsed
            ? 'connected'
            : VENDOR_SHAPES[vendor].isPlayed
              ? 'sandbox'
              : 'absent',
      problems,
      variables,
      keysPage,
      webhook: webhook && { url: `${publicUrl}/webhooks/${vendor.toLowerCase()}/platform`, ...webhook },
    };
  });
}

/** How the installation's application at a vendor stands that people connect to by consent. */
export interface ApplicationDiagnosis {
  readonly vendor: ConsentVendor;
  readonly state: 'sandbox' | 'connected' | 'incomplete';
  readonly problems: readonly string[];
  /** The variables that hold its client secrets, or name their file. */
  readonly variables: readonly [string, string];
  /** To be registered at the vendor, to the letter: for consent, and for sign-in where the vendor vouches for people. */
  readonly redirectUris: readonly string[];
  readonly page: string;
}

/** Looks at every application's variable as auth would. */
export function diagnoseApplications(
  environment: Environment,
  publicUrl: string,
  readFile: ReadFile,
): ApplicationDiagnosis[] {
  return CONSENT_VENDORS.map((vendor) => {
    const name = clientSecretsVariable(vendor);
    const variables = [name, fileVariableOf(name)] as const;
    const isSet = variables.some((variable) => environment[variable]);
    const group = z.object({ [name]: authConfig.base.shape[name] });
    const problems = isSet ? problemsIn(group, environment, readFile) : [];
    return {
      vendor,
      state: problems.length > 0 ? 'incomplete' : isSet ? 'connected' : 'sandbox',
      problems,
      variables,
      redirectUris: [
        redirectUriOf(publicUrl, vendor),
        ...(vendor === 'ZOOM' ? [] : [signInRedirectUriOf(publicUrl, vendor)]),
      ],
      page: APPLICATION_PAGES[vendor],
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

function variablesOfVendor(vendor: FormVendor, environment: Environment): Diagnosis['variables'] {
  const names = Object.keys(authConfig.groups[vendor].shape);
  const { fields } = VENDOR_SHAPES[vendor];
  return names.map((name, index) => ({
    name,
    isRequired: fields[index]?.required ?? true,
    isSet: Boolean(environment[name] || environment[fileVariableOf(name)]),
  }));
}

function problemsOf(vendor: FormVendor, environment: Environment, readFile: ReadFile): string[] {
  const problems = problemsIn(authConfig.groups[vendor], environment, readFile);
  return problems.map((problem) => `${problem}${meaningOf(vendor, problem)}`);
}

function problemsIn(group: z.ZodObject, environment: Environment, readFile: ReadFile): string[] {
  try {
    parseConfig({ base: z.object({}), groups: { group } }, environment, readFile);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    return [...thrown.problems];
  }
}

/** What the variable that a problem begins with is for. */
function meaningOf(vendor: FormVendor, problem: string): string {
  const name = problem.slice(0, problem.indexOf(':'));
  const description = authConfig.groups[vendor].shape[name]?.meta()?.description;
  return typeof description === 'string' ? ` (${description.replace(/^\w+: /, '').replace(/\.$/, '')})` : '';
}
