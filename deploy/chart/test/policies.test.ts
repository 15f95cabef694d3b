/** What holds for every pod of every example, whatever is added to the chart. */
import { beforeAll, describe, expect, it } from 'vitest';
import { containersOf, EXAMPLES, podsOf, type Rendered, render, whyNoHelm } from './render.ts';

const why = whyNoHelm();
if (why) console.info(why);
const CONTROLLER = 'supergraph-controller';

interface Peer {
  readonly podSelector?: { matchLabels?: Record<string, string> };
  readonly namespaceSelector?: unknown;
}
interface Rule {
  readonly from?: readonly Peer[];
  readonly ports?: readonly { port: number }[];
}

describe.skipIf(why).each(EXAMPLES)('%s', (example) => {
  let objects: Rendered[];
  beforeAll(async () => {
    objects = await render(example);
  });
  const componentOf = (labels: Record<string, string>): string => labels['app.kubernetes.io/component'] ?? '';

  it('nothing runs as root, can become it, writes to its image, or has a capability', () => {
    for (const { owner, spec } of podsOf(objects)) {
      expect(spec.securityContext, owner.metadata.name).toMatchObject({
        runAsNonRoot: true,
        runAsUser: expect.any(Number),
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(spec.securityContext.runAsUser).toBeGreaterThan(0);
      for (const { securityContext } of spec.containers) {
        expect(securityContext, owner.metadata.name).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    }
  });

  it('every container asks for what it needs, and has a limit of memory', () => {
    for (const { container } of containersOf(objects)) {
      expect(Object.keys(container.resources.requests).sort(), container.name).toEqual(['cpu', 'memory']);
      expect(container.resources.limits, container.name).toHaveProperty('memory');
    }
  });

  it('every image has a tag, and none is latest', () => {
    for (const { container } of containersOf(objects)) {
      expect(container.image).toMatch(/^[\w.-]+(\/[\w.-]+)+:[\w.-]+$/);
      expect(container.image).not.toMatch(/:latest$/);
    }
  });

  it('what runs on is probed: alive does not ask about others, ready does', () => {
    for (const { owner, container } of containersOf(objects)) {
      if (owner.kind === 'Job') continue;
      expect(container.startupProbe?.httpGet.path, container.name).toBe('/health/live');
      expect(container.livenessProbe?.httpGet.path, container.name).toBe('/health/live');
      expect(container.readinessProbe?.httpGet.path, container.name).toBe('/health/ready');
    }
  });

  it('a rollout takes no pod away before its successor is ready, and gives it time to finish', () => {
    for (const { metadata, spec } of objects.filter(({ kind }) => kind === 'Deployment')) {
      const pod = spec.template.spec;
      const drainSeconds = Number(pod.containers[0].lifecycle.preStop.exec.command[1]);
      // A process is gone within 10 s of its signal.
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(drainSeconds + 10);
      if (metadata.name.endsWith('sandbox')) continue;
      expect(spec.strategy.rollingUpdate, metadata.name).toMatchObject({ maxUnavailable: 0 });
    }
  });

  it('the chart makes no Secret', () => {
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  it('everything has an account of its own, and only the controller gets a token and rights', () => {
    const accounts = new Map(
      objects.filter(({ kind }) => kind === 'ServiceAccount').map((one) => [one.metadata.name, one]),
    );
    for (const { labels, spec } of podsOf(objects)) {
      const account = accounts.get(spec.serviceAccountName);
      const mayAsk = componentOf(labels) === CONTROLLER;
      expect(account?.automountServiceAccountToken, spec.serviceAccountName).toBe(mayAsk);
      expect(spec.automountServiceAccountToken).toBe(mayAsk);
    }
    const rights = objects.filter(({ kind }) => /Role/.test(kind));
    expect(rights.filter(({ metadata }) => componentOf(metadata.labels) !== CONTROLLER)).toEqual([]);
    expect(rights.filter(({ kind }) => kind.startsWith('Cluster'))).toEqual([]);
  });

  it('every pod is behind a policy of its own and the one that allows nothing', () => {
    const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
    const matches = (policy: Rendered, labels: Record<string, string>) =>
      Object.entries(policy.spec.podSelector.matchLabels).every(([key, value]) => labels[key] === value);
    for (const { owner, labels } of podsOf(objects)) {
      const own = policies.filter((policy) => matches(policy, labels));
      const closed = own.find(({ spec }) => !spec.ingress && !spec.egress);
      expect(closed?.spec.policyTypes, owner.metadata.name).toEqual(['Ingress', 'Egress']);
      expect(own.filter(({ spec }) => spec.egress?.length > 0).length, owner.metadata.name).toBeGreaterThan(
        1,
      );
    }
  });

  it('only the gateway, and the controller, reach a service on the port it serves', () => {
    const services = ['auth', 'mail', 'telephony', 'billing', 'meetings', 'audit'];
    for (const service of services) {
      const policy = objects.find(
        ({ kind, metadata }) => kind === 'NetworkPolicy' && componentOf(metadata.labels) === service,
      );
      const rules: Rule[] = policy?.spec.ingress;
      // A rule without peers would let in everybody.
      expect(
        rules.every(({ from }) => from && from.length > 0),
        service,
      ).toBe(true);
      const parts = rules.flatMap(({ from }) =>
        (from ?? []).flatMap(({ podSelector, namespaceSelector }) =>
          namespaceSelector ? [] : [componentOf(podSelector?.matchLabels ?? {})],
        ),
      );
      expect(
        parts.filter((part) => part !== CONTROLLER),
        service,
      ).toEqual(['gateway']);
    }
  });

  it('who calls no vendor cannot reach the internet', () => {
    for (const part of ['audit', 'gateway', 'provisioner']) {
      const policy = objects.find(
        ({ kind, metadata }) => kind === 'NetworkPolicy' && componentOf(metadata.labels) === part,
      );
      const ports = policy?.spec.egress.flatMap((rule: Rule) => (rule.ports ?? []).map(({ port }) => port));
      expect(ports.length, part).toBeGreaterThan(0);
      expect(ports, part).not.toContain(443);
    }
  });
});
