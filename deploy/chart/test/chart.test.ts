import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { schemaFaults, unknownFields } from './kubernetes-types.ts';
import { containersOf, EXAMPLES, lint, podsOf, type Rendered, render, whyNoHelm } from './render.ts';

const why = whyNoHelm();
if (why) console.info(why);

describe.skipIf(why)('the chart', () => {
  const rendered = new Map<string, Rendered[]>();
  beforeAll(async () => {
    await Promise.all(EXAMPLES.map(async (example) => rendered.set(example, await render(example))));
  });
  const objectsOf = (example: string): Rendered[] => rendered.get(example) ?? [];
  const all = (): Rendered[] => [...rendered.values()].flat();

  it.each(EXAMPLES)("passes Helm's own check with the values of %s", async (example) => {
    expect(await lint(example)).toContain('0 chart(s) failed');
  });

  it('is what Kubernetes, the Gateway API and the operators know, in every example', async () => {
    expect(all().length).toBeGreaterThan(100);
    expect(await schemaFaults(all())).toEqual([]);
    expect(unknownFields(all())).toEqual([]);
  });

  it('would not pass these checks with a field misspelt or of a wrong type', async () => {
    const [deployment] = objectsOf('minimal').filter(({ kind }) => kind === 'Deployment');
    const misspelt = { ...deployment, spec: { ...deployment?.spec, replicaz: 3 } } as Rendered;
    expect(unknownFields([misspelt]).join()).toContain('replicaz');
    const wrong = { ...deployment, spec: { ...deployment?.spec, replicas: 'three' } } as Rendered;
    expect((await schemaFaults([wrong])).join()).toContain('replicas must be integer');
  });

  describe('refuses', () => {
    const wrong: [what: string, setting: string, said: RegExp][] = [
      ['an unknown variable', 'mail.env.MAIL_FORM_ADDRESS=a@example.com', /MAIL_FORM_ADDRESS is not allowed/],
      ["another part's variable", 'mail.env.AUTH_FRONTEND_URL=https://x.example', /not allowed/],
      ['a secret in plain text', 'auth.env.AUTH_STRIPE_SECRET_KEY=sk_live_x', /not allowed/],
      ['what the chart itself sets', 'gateway.env.GATEWAY_MAIL_URL=http://elsewhere', /not allowed/],
      ['a word for a number', 'gateway.env.GATEWAY_STREAMS_MAX=many', /expected: integer, given: string/i],
      ['a number out of its bounds', 'auth.env.AUTH_ERASURE_GRACE_HOURS=9999', /less than or equal to 720/],
      ['no address', 'mail.env.MAIL_FROM_ADDRESS=nobody', /MAIL_FROM_ADDRESS/],
      [
        'half of what a vendor needs',
        'auth.env.AUTH_TWILIO_PHONE_NUMBER=+14155552671',
        /AUTH_TWILIO_ACCOUNT_SID/,
      ],
      ['an unknown value', 'replica=3', /replica is not allowed/],
      ['an unknown setting of a part', 'gateway.replica=3', /replica is not allowed/],
      ['no public address', 'publicUrl=', /publicUrl/],
      ['a public address with a path', 'publicUrl=https://example.com/api', /publicUrl/],
      ['two servers per stream', 'nats.streamReplicas=2', /streamReplicas/],
      ['the tag latest', 'image.tag=latest', /image.tag/],
    ];
    it.each(wrong)('%s', async (_what, setting, said) => {
      await expect(render('minimal', setting)).rejects.toThrow(said);
    });
  });

  it('takes numbers and yes or no as YAML has them, and large ones without an exponent', () => {
    const values = containersOf([...objectsOf('operators'), ...objectsOf('gateway-api')]).flatMap(
      ({ container }) => container.env,
    );
    const textOf = (name: string) => values.find((variable) => variable.name === name)?.value;
    expect(textOf('GATEWAY_RATE_LIMIT_POINTS')).toBe('1000000');
    expect(textOf('OTEL_TRACES_SAMPLER_ARG')).toBe('0.1');
    expect(textOf('AUTH_SANDBOX_SIGN_IN')).toBe('true');
  });

  it('gives a Job a new name when it has something else to do, and only then', async () => {
    const jobs = (objects: readonly Rendered[]) =>
      objects.filter(({ kind }) => kind === 'Job').map(({ metadata }) => metadata.name);
    const before = jobs(objectsOf('minimal'));
    expect(before).toHaveLength(7);
    expect(jobs(await render('minimal', 'gateway.replicas=5', 'mail.env.MAIL_PRODUCT_NAME=X'))).toEqual(
      before,
    );
    const after = jobs(await render('minimal', 'image.tag=0.2.0'));
    expect(after.filter((name) => before.includes(name))).toEqual([]);
  });

  it('renders no replicas where a scaler decides, and a budget wherever there is more than one pod', () => {
    for (const example of EXAMPLES) {
      const objects = objectsOf(example);
      const named = (kind: string) =>
        objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
      for (const { metadata, spec } of objects.filter(({ kind }) => kind === 'Deployment')) {
        const isScaled = named('HorizontalPodAutoscaler').includes(metadata.name);
        expect(spec.replicas === undefined, metadata.name).toBe(isScaled);
        if (isScaled || spec.replicas > 1) expect(named('PodDisruptionBudget')).toContain(metadata.name);
      }
    }
  });

  it('labels exactly the services as subgraphs, on the port that the gateway is told', () => {
    const objects = objectsOf('minimal');
    const labelled = objects.filter(
      ({ kind, metadata }) => kind === 'Service' && metadata.labels['switchboard.dev/subgraph'],
    );
    const urls = labelled.map(({ metadata, spec }) => [
      `GATEWAY_${metadata.labels['switchboard.dev/subgraph']?.toUpperCase()}_URL`,
      `http://${metadata.name}:${spec.ports[0].port}`,
    ]);
    const gateway = podsOf(objects).find(({ labels }) => labels['app.kubernetes.io/component'] === 'gateway');
    const told = gateway?.spec.containers[0]?.env.filter(
      ({ name }) => /^GATEWAY_\w+_URL$/.test(name) && name !== 'GATEWAY_JWKS_URL',
    );
    expect(urls).toHaveLength(6);
    expect(Object.fromEntries(told?.map(({ name, value }) => [name, value]) ?? [])).toEqual(
      Object.fromEntries(urls),
    );
  });
});

it('the values for the chart of NATS are YAML with every user', () => {
  const file = join(import.meta.dirname, '../../../helm/switchboard/examples/nats-users.values.yaml');
  const { config } = parse(readFileSync(file, 'utf8'));
  const users = config.merge.authorization.users.map(({ user }: { user: string }) => user);
  expect(users).toEqual(expect.arrayContaining(['auth', 'gateway', 'provisioner', 'ops']));
});
