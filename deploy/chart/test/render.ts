/** The chart as Helm renders it. */
import { execFile, execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';

const root = join(import.meta.dirname, '../../..');
const helm = join(root, 'node_modules/.bin/helm');
const chart = join(root, 'helm/switchboard');
const run = promisify(execFile);

/** Release 3.6 of Helm takes a cluster for an old one unless told. */
const CLUSTER = ['--kube-version', '1.30.0'];

/** Why nothing can be rendered on this machine, or undefined: Helm comes as a package for Linux on x64 alone. */
export function whyNoHelm(): string | undefined {
  try {
    execFileSync(helm, ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'skipped: the package that brings Helm has none for this machine';
  }
}

/** An environment variable of a container. */
export interface EnvVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef?: { name: string; key: string; optional?: boolean };
    readonly fieldRef?: { fieldPath: string };
  };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly env: readonly EnvVariable[];
  readonly securityContext: Record<string, unknown>;
  readonly resources: { requests: Record<string, string>; limits: Record<string, string> };
  readonly ports?: readonly { name: string; containerPort: number }[];
  readonly volumeMounts: readonly { name: string; mountPath: string; readOnly?: boolean }[];
  readonly startupProbe?: { httpGet: { path: string } };
  readonly livenessProbe?: { httpGet: { path: string } };
  readonly readinessProbe?: { httpGet: { path: string } };
  readonly lifecycle?: { preStop: { exec: { command: string[] } } };
}

export interface PodSpec {
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext: Record<string, unknown>;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Record<string, unknown>[];
}

/** An object of Kubernetes, as far as the tests look into it. */
export interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Record<string, string> };
  readonly automountServiceAccountToken?: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: every kind has a shape of its own; the schemas check it
  readonly spec: any;
}

/** Every example: names of the files of values. */
export const EXAMPLES = readdirSync(join(chart, 'examples'))
  .filter((file) => file.endsWith('.values.yaml') && !file.startsWith('nats-'))
  .map((file) => file.replace('.values.yaml', ''));

/** @param settings as for `--set`. @throws Error with Helm's words when it refuses. */
export async function render(example: string, ...settings: string[]): Promise<Rendered[]> {
  const sets = settings.flatMap((setting) => ['--set', setting]);
  const { stdout } = await helmRun(
    'template',
    'sb',
    ...CLUSTER,
    '--namespace',
    'house',
    ...valuesOf(example),
    ...sets,
  );
  return parseAllDocuments(stdout)
    .map((document) => document.toJS() as Rendered | null)
    .filter((object) => object !== null);
}

/** Helm's own check of the chart with an example's values. */
export async function lint(example: string): Promise<string> {
  return (await helmRun('lint', ...valuesOf(example), '--strict')).stdout;
}

function valuesOf(example: string): string[] {
  return [chart, '--values', join(chart, 'examples', `${example}.values.yaml`)];
}

function helmRun(...args: string[]) {
  return run(helm, args, { maxBuffer: 64 * 1024 ** 2 });
}

/** What of the objects makes pods, with the pods' labels. */
export function podsOf(
  objects: readonly Rendered[],
): { owner: Rendered; labels: Record<string, string>; spec: PodSpec }[] {
  return objects
    .filter(({ kind }) => kind === 'Deployment' || kind === 'Job')
    .map((owner) => ({ owner, labels: owner.spec.template.metadata.labels, spec: owner.spec.template.spec }));
}

export function containersOf(objects: readonly Rendered[]): { owner: Rendered; container: Container }[] {
  return podsOf(objects).flatMap(({ owner, spec }) =>
    [...spec.containers, ...(spec.initContainers ?? [])].map((container) => ({ owner, container })),
  );
}
