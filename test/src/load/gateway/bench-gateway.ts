import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { composeServices } from '@apollo/composition';
import { freePort } from '@switchboard/testing';
import { parse } from 'graphql';
import { Pool } from 'undici';
import { atConcurrency } from '../load-loop.ts';
import { BenchProcess } from './bench-processes.ts';
import { CONTENDERS, type Contender, type GraphAddress, installHive } from './contenders.ts';
import {
  SMALL_QUERIES,
  SMALL_SDL,
  SMALL_SUBGRAPHS,
  type SmallQuery,
  type SmallSubgraph,
} from './small-graph.ts';

const CONCURRENCY = 50;
/** Counted, not timed: compilers look at how often code runs, however busy the machine is. */
const WARM_UP_REQUESTS = 1_000;

/** What one gateway made of one query. */
export interface GatewayFigures {
  readonly rps: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuMsPerRequest: number;
  readonly rssMb: number;
}

export type GatewayBench = Readonly<Record<string, Readonly<Record<string, GatewayFigures>>>>;

export interface GatewayBenchOptions {
  /** Of each measurement. */
  readonly seconds: number;
  /** Whether the subgraphs compute each answer anew, instead of once for each question. */
  readonly isComputed: boolean;
}

/**
 * Measures three gateways, one after the other, with the same two queries over the same four small subgraphs.
 * Linux only.
 * @param say tells the person who waits what is being done.
 * @throws Error when a gateway does not start or answers something else than the others.
 */
export async function benchGateway(
  { seconds, isComputed }: GatewayBenchOptions,
  say: (line: string) => void,
): Promise<GatewayBench> {
  say('installing Hive Gateway, if it is not there yet');
  installHive();
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-bench-'));
  const subgraphs: BenchProcess[] = [];
  try {
    const graph = await startSubgraphs(folder, isComputed ? ['compute'] : [], subgraphs);
    const figures: Record<string, Record<string, GatewayFigures>> = {};
    for (const [queryName, query] of Object.entries(SMALL_QUERIES)) {
      const measured: Record<string, GatewayFigures> = {};
      let expected: unknown;
      for (const contender of CONTENDERS) {
        say(`${queryName}: ${contender.name}`);
        const { answer, ...result } = await measure(contender, graph, query, seconds);
        expected ??= answer;
        if (!isDeepStrictEqual(answer, expected)) throw new Error(`${contender.name} answers something else`);
        measured[contender.name] = result.figures;
      }
      figures[queryName] = measured;
    }
    return figures;
  } finally {
    await Promise.all(subgraphs.map((subgraph) => subgraph.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startSubgraphs(
  folder: string,
  mode: readonly string[],
  started: BenchProcess[],
): Promise<GraphAddress> {
  const urls: [SmallSubgraph, string][] = [];
  for (const name of SMALL_SUBGRAPHS) {
    const port = await freePort();
    const script = new URL('./small-subgraph.js', import.meta.url).pathname;
    const subgraph = new BenchProcess([script, name, String(port), ...mode], {});
    started.push(subgraph);
    const url = `http://127.0.0.1:${port}`;
    await subgraph.untilReady(async () => (await fetch(url)).ok);
    urls.push([name, url]);
  }
  const subgraphUrls = Object.fromEntries(urls) as Record<SmallSubgraph, string>;
  const composition = composeServices(
    urls.map(([name, url]) => ({ name, url: `${url}/graphql`, typeDefs: parse(SMALL_SDL[name]) })),
  );
  if (composition.errors) throw new Error(composition.errors.join('\n'));
  const supergraphFile = join(folder, 'supergraph.graphql');
  writeFileSync(supergraphFile, composition.supergraphSdl);
  return { supergraphFile, subgraphUrls };
}

async function measure(
  contender: Contender,
  graph: GraphAddress,
  query: SmallQuery,
  seconds: number,
): Promise<{ readonly answer: unknown; readonly figures: GatewayFigures }> {
  const port = await freePort();
  const gateway = new BenchProcess(contender.arguments(graph, port), contender.environment(graph, port));
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONCURRENCY });
  const body = JSON.stringify(query);
  let callers = 0;
  const post = async (): Promise<string> => {
    callers += 1;
    const response = await pool.request({
      method: 'POST',
      path: '/graphql',
      headers: {
        'content-type': 'application/json',
        // Everybody is somebody else: nobody's answer may come of another one's request.
        'x-forwarded-for': `10.${(callers >> 16) & 255}.${(callers >> 8) & 255}.${callers & 255}`,
      },
      body,
    });
    const text = await response.body.text();
    if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}`);
    return text;
  };
  try {
    await gateway.untilReady(async () => (await post()).includes('"data"'));
    // What the clients asked for; what a gateway tells besides is its own.
    const { extensions: _besides, ...answer } = JSON.parse(await post());
    if (answer.errors) throw new Error(`${contender.name} answers errors: ${JSON.stringify(answer.errors)}`);
    const send = async (): Promise<void> => {
      if ((await post()).includes('"errors"')) throw new Error('answered errors');
    };
    for (let sent = 0; sent < WARM_UP_REQUESTS; )
      sent += (await atConcurrency(CONCURRENCY, 1, send)).requests;
    const cpuBefore = gateway.cpuMs();
    let rssMb = 0;
    const watch = setInterval(() => {
      rssMb = Math.max(rssMb, gateway.residentMiB());
    }, 500);
    const load = await atConcurrency(CONCURRENCY, seconds, send);
    clearInterval(watch);
    const cpuMs = gateway.cpuMs() - cpuBefore;
    if (load.errors > 0) throw new Error(`${contender.name}: ${JSON.stringify(load.reasons)}`);
    return {
      answer,
      figures: {
        rps: rounded(load.perSecond),
        p50: rounded(load.p50Ms ?? Number.NaN),
        p99: rounded(load.p99Ms ?? Number.NaN),
        cpuMsPerRequest: rounded(cpuMs / load.requests),
        rssMb: Math.round(rssMb),
      },
    };
  } finally {
    await pool.destroy();
    await gateway.stop();
  }
}

function rounded(value: number): number {
  return Number(value.toFixed(value < 10 ? 2 : 1));
}
