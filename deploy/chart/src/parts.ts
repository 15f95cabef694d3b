import { describeVariables, type Variable } from '@switchboard/config';
import { allCommands, allProcesses, type Process, SERVICES } from '../../../scripts/processes.mjs';

/** Variables that the chart sets itself, from other values: the parts must agree on them. */
const MANAGED =
  /^(NATS_URL|PUBLIC_URL|DATA_DIR|LOG_LEVEL|OTEL_EXPORTER_OTLP_ENDPOINT|OTEL_TRACES_SAMPLER_ARG|\w+_(PORT|HOST|MIGRATE_AT_START)|GATEWAY_\w+_URL|GATEWAY_SUPERGRAPH_FILE|AUTH_SANDBOX_URL|SANDBOX_PUBLIC_URL|PROVISIONER_\w+|SUPERGRAPH_CONTROLLER_(NAME|NAMESPACE|IDENTITY))$/;

/** Ends like a managed variable and is the operator's all the same: a vendor's server is none of the chart's business. */
const FREE = /^AUTH_SMTP_/;

/** Without one a service keeps its rows in the container, and they are gone with it. */
const DATABASE = /_DATABASE_URL$/;

/** One variable of a part, as the templates need it. */
export interface ChartVariable {
  readonly name: string;
  /** `chart` sets it, a `secret` holds it, or `env` of the values does. */
  readonly from: 'chart' | 'secret' | 'env';
  readonly required: boolean;
}

/** A container that the chart runs. */
export interface ChartPart {
  /** Name of its image, which is the name of the part that it belongs to. */
  readonly image: string;
  readonly command: readonly string[];
  readonly variables: readonly ChartVariable[];
}

/** Every container of the chart by its name, as in the values; commands are `auth migrate`. */
export async function chartParts(): Promise<Record<string, ChartPart>> {
  const all = [...(await allProcesses()), ...(await allCommands())];
  return Object.fromEntries(all.map((process) => [process.name, partOf(process)]));
}

/** The services, each with a database and a migration of its own. */
export const SERVICE_NAMES = SERVICES;

function partOf({ name, command, shape }: Process): ChartPart {
  return {
    image: name.split(' ')[0] ?? name,
    command: command.split(' '),
    variables: describeVariables(shape).map(toChartVariable),
  };
}

function toChartVariable(variable: Variable): ChartVariable {
  const { name, group } = variable;
  const isDatabase = DATABASE.test(name) && !name.includes('MIGRATION');
  return {
    name,
    from: sourceOf(variable),
    required: group === undefined && (variable.required || isDatabase),
  };
}

/** Keys come with the secrets that they were made with, the public halves among them. */
function sourceOf({ name, secret }: Variable): ChartVariable['from'] {
  if (secret || name.endsWith('_JWK')) return 'secret';
  return MANAGED.test(name) && !FREE.test(name) ? 'chart' : 'env';
}
