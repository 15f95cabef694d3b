/** `npm run doctor`: which vendors are real, what is missing, and where it is to be had. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type ApplicationDiagnosis,
  type Diagnosis,
  diagnose,
  diagnoseApplications,
  unreachable,
} from './diagnose.ts';

const ENV_FILE = fileURLToPath(new URL('../../../.env', import.meta.url));
const STATES = {
  sandbox: 'on the sandbox: nothing is set',
  absent: 'not connected: nothing is set, and the sandbox does not play it',
  connected: 'connected',
  incomplete: 'INCOMPLETE: auth does not start like this',
};

// What is set in the shell already wins.
if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE);
const publicUrl = (process.env.PUBLIC_URL ?? `http://localhost:${process.env.PORT_BASE ?? '4000'}`).replace(
  /\/+$/,
  '',
);
if (!URL.canParse(publicUrl)) {
  console.error(`PUBLIC_URL is "${publicUrl}", which is no address.`);
  process.exit(1);
}
const readFile = (path: string): string => readFileSync(path, 'utf8');
const diagnoses = diagnose(process.env, publicUrl, readFile);
const applications = diagnoseApplications(process.env, publicUrl, readFile);
const noCallbacks = unreachable(diagnoses, publicUrl);

for (const diagnosis of diagnoses) console.log(`${describe(diagnosis)}\n`);
console.log('Applications that people connect their own accounts with:\n');
for (const application of applications) console.log(`${describeApplication(application)}\n`);
console.log(
  noCallbacks ??
    'Vendors are connected for the whole installation here; workspaces connect their own accounts by GraphQL.',
);
process.exitCode =
  noCallbacks || [...diagnoses, ...applications].some(({ state }) => state === 'incomplete') ? 1 : 0;

function describe({ vendor, state, problems, variables, keysPage, webhook }: Diagnosis): string {
  const names = variables.map(
    ({ name, isRequired, isSet }) =>
      `${name}${isRequired ? '' : ' (may be left out)'}${isSet ? ' (set)' : ''}`,
  );
  return [
    `${vendor}  ${STATES[state]}`,
    ...problems.map((problem) => `  missing or wrong  ${problem}`),
    `  keys      ${keysPage}`,
    ...names.map((name) => `            ${name}`),
    ...(webhook
      ? [`  webhook   ${webhook.url}`, `            at ${webhook.page}`, `            ${webhook.how}`]
      : []),
  ].join('\n');
}

function describeApplication({
  vendor,
  state,
  problems,
  variables,
  redirectUris,
  page,
}: ApplicationDiagnosis): string {
  return [
    `${vendor}  ${STATES[state]}`,
    ...problems.map((problem) => `  missing or wrong  ${problem}`),
    `  made at   ${page}`,
    `            ${variables.join(' or ')}`,
    ...redirectUris.map((uri, n) => `${n === 0 ? '  redirect  ' : '            '}${uri}`),
  ].join('\n');
}
