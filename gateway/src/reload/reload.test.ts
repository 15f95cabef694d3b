import {
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeSupergraph } from '@switchboard/composition/compose';
import { createLogger } from '@switchboard/observability';
import { waitFor } from '@switchboard/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GatewayFixture, startGateway } from '../gateway.fixture.ts';
import { startStub } from '../http.fixture.ts';
import { mailSubgraph, smsId, supergraphSdl, telephonySubgraph } from '../small-services.fixture.ts';
import { startStreaming } from '../subscriptions/streaming.fixture.ts';
import { firstSupergraph, followSupergraph } from './follow-supergraph.ts';

const quiet = createLogger('test', { level: 'silent' });

/** The graph in which `vendor` got another name. */
function renamed(name: string): string {
  const composition = composeSupergraph([
    { name: 'mail', sdl: mailSubgraph().sdl },
    { name: 'telephony', sdl: telephonySubgraph().sdl.replace('vendor(how', `${name}(how`) },
  ]);
  if (!composition.ok) throw new Error(composition.faults.join('\n'));
  return composition.supergraphSdl;
}

const knows = async (house: GatewayFixture, field: string) =>
  (await (await fetch(`${house.url}/schema.graphql`)).text()).includes(`${field}(how`);

describe('another supergraph', () => {
  let house: GatewayFixture;
  beforeEach(async () => {
    house = await startGateway();
  });
  afterEach(() => house.close());

  it('is served from the next request on: operations, schema and tools', async () => {
    expect(await knows(house, 'vendor')).toBe(true);
    await house.gateway.replaceSupergraph(renamed('vendorState'));
    expect(await knows(house, 'vendorState')).toBe(true);
    expect(await knows(house, 'vendor')).toBe(false);
    const old = await house.post({ query: '{ vendor(how: "limited") }' });
    expect(old.body.errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    const fresh = await house.post({ query: '{ vendorState(how: "limited") }' });
    // Planned and asked for; the service, which is still the old one, does not know it.
    expect(fresh.body.errors[0].path).toEqual(['vendorState']);
    const tools = await house.post({ query: '{ tools { name } }' });
    expect(tools.body.data.tools.map(({ name }: { name: string }) => name)).toContain('smsSend');
  });

  it.each([
    ['is no GraphQL', 'type Query {'],
    ['is no supergraph', 'type Query { a: Int }'],
    ['is empty', ''],
    [
      'names a service that nobody can find',
      supergraphSdl().replaceAll('name: "mail"', 'name: "parcels"').replaceAll('url: "http://mail"', ''),
    ],
  ])('that %s is refused, and the last good one stays', async (_why, sdl) => {
    await expect(house.gateway.replaceSupergraph(sdl)).rejects.toThrow();
    expect(await knows(house, 'vendor')).toBe(true);
    const { body } = await house.post({ query: '{ mailMessages { subject } }' });
    expect(body.data).toEqual({ mailMessages: [{ subject: 'Hello' }] });
  });

  it('drops no request of clients that never stop asking', async () => {
    const answers: string[] = [];
    let isOver = false;
    const clients = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const { status, body } = await house.post({ query: '{ mailMessages { subject texts { body } } }' });
        answers.push(`${status} ${body.errors ? JSON.stringify(body.errors) : 'ok'}`);
      }
    });
    for (let turn = 0; turn < 6; turn += 1) {
      const before = answers.length;
      await house.gateway.replaceSupergraph(renamed(`vendor${turn}`));
      await waitFor('requests after the change', () => answers.length >= before + 10);
    }
    isOver = true;
    await Promise.all(clients);
    expect(new Set(answers)).toEqual(new Set(['200 ok']));
  });
});

describe('a request under way', () => {
  it('is answered by the graph it began with', async () => {
    let release = () => {};
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const slow = await startStub((_request, response) => {
      release = () =>
        response.setHeader('content-type', 'application/json').end('{"data":{"vendor":"there"}}');
      asked();
    });
    const house = await startGateway({ telephony: slow.url });
    try {
      const answer = house.post({ query: '{ vendor(how: "slowly") }' });
      await isAsked;
      await house.gateway.replaceSupergraph(renamed('vendorState'));
      expect(await knows(house, 'vendor')).toBe(false);
      release();
      expect(await answer).toMatchObject({ status: 200, body: { data: { vendor: 'there' } } });
    } finally {
      await house.close();
      await slow.close();
    }
  });
});

describe('a subscription', () => {
  it('goes on, and what it tells comes from the new graph', async () => {
    const house = await startStreaming();
    try {
      const client = await house.client();
      const stream = await house.listen(client, 'subscription { smsReceived { id } }');
      await house.received(smsId(1));
      await waitFor('the first', () => stream.told.length === 1);
      await house.gateway.replaceSupergraph(renamed('vendorState'));
      await house.received(smsId(3));
      await waitFor('the second', () => stream.told.length === 2);
      expect(stream.told.map(({ data }) => data.smsReceived.id)).toEqual([smsId(1), smsId(3)]);
      expect(stream.over()).toBeUndefined();
      const later = await house.listen(client, 'subscription { smsReceived { body } }');
      await house.received(smsId(4));
      await waitFor('the third', () => later.told.length === 1);
      expect(later.told[0].data.smsReceived.body).toBe(`body of ${smsId(4)}`);
    } finally {
      await house.close();
    }
  });
});

describe('the file of the supergraph', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'supergraph-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is followed, however it is replaced; what is refused stops nothing', async () => {
    // As Kubernetes mounts a ConfigMap: a link to a folder, which is replaced as a whole.
    const versions = ['a', 'bad', 'c'].map((content) => {
      const version = mkdtempSync(join(folder, 'version-'));
      writeFileSync(join(version, 'supergraph.graphql'), content);
      return version;
    });
    const link = join(folder, 'data');
    const pointTo = (version = '') => {
      symlinkSync(version, `${link}.new`);
      renameSync(`${link}.new`, link);
    };
    pointTo(versions[0]);
    const served: string[] = [];
    const offered: string[] = [];
    const file = join(link, 'supergraph.graphql');
    const stop = followSupergraph(
      file,
      async (sdl) => {
        offered.push(sdl);
        if (sdl === 'bad') throw new Error('not a supergraph');
        served.push(sdl);
      },
      quiet,
    );
    try {
      for (const version of versions.slice(1)) {
        pointTo(version);
        await waitFor('the version', () => offered.at(-1) === readFileSync(file, 'utf8'), 10_000);
      }
      expect(served).toEqual(['c']);
      writeFileSync(file, 'written in place');
      await waitFor('the next', () => served.at(-1) === 'written in place', 10_000);
      unlinkSync(file);
      writeFileSync(file, 'there again');
      await waitFor('the last', () => served.at(-1) === 'there again', 10_000);
    } finally {
      stop();
    }
  });

  it('may be missing or bad at the start: then the one that came with the gateway is served', async () => {
    const builtIn = join(folder, 'built-in.graphql');
    const bad = join(folder, 'bad.graphql');
    writeFileSync(builtIn, 'good');
    writeFileSync(bad, 'bad');
    const load = async (sdl: string) => {
      if (sdl !== 'good') throw new Error('not a supergraph');
      return sdl;
    };
    expect(await firstSupergraph(join(folder, 'missing.graphql'), builtIn, load, quiet)).toBe('good');
    expect(await firstSupergraph(bad, builtIn, load, quiet)).toBe('good');
    await expect(firstSupergraph(bad, bad, load, quiet)).rejects.toThrow('not a supergraph');
  });
});
