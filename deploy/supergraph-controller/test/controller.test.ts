import { composeSupergraph } from '@switchboard/composition/compose';
import { normaliseOperation } from '@switchboard/composition/operations';
import { waitFor } from '@switchboard/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ANNOTATIONS } from '../src/index.ts';
import { CURRENT, Fixture } from './fixture.ts';
import { notesSdl, tasksSdl } from './subgraphs.ts';

let house: Fixture;

beforeEach(async () => {
  house = await Fixture.start();
});
afterEach(() => house.stop());

function operation(query: string) {
  const normalised = normaliseOperation(query, undefined);
  if (!normalised) throw new Error('no operation');
  return normalised;
}

/** Two subgraphs with a pod each, published as version 1. */
async function publishedHouse(options: { leaseS?: number } = {}) {
  const [notes, tasks] = await Promise.all([house.pod('notes', notesSdl()), house.pod('tasks', tasksSdl())]);
  house.service('notes', [notes]);
  house.service('tasks', [tasks]);
  const controller = house.controller('one', options);
  await house.published(1);
  return { notes, tasks, controller };
}

describe('the published supergraph', () => {
  it('follows a rollout, version by version, and waits while pods disagree', async () => {
    const { notes } = await publishedHouse();
    expect(house.subgraphs()).toEqual(['notes', 'tasks']);
    expect(house.api.find('configmaps', `${CURRENT}-1`)?.immutable).toBe(true);

    const next = await house.pod('notes', notesSdl({ more: 'mood: String' }));
    house.service('notes', [notes, next]);
    await waitFor('the reason why it waits', () =>
      house.events('notes').find(({ reason }) => reason === 'SupergraphWaiting'),
    );
    expect(house.events('notes').at(-1)?.message).toContain('answer with different schemas');
    expect(house.version).toBe(1);
    expect(house.sdl).not.toContain('mood');

    house.service('notes', [next]);
    await house.published(2);
    expect(house.sdl).toContain('mood');
    await waitFor('the Event', () =>
      house
        .events('notes')
        .find(({ reason, message }) => reason === 'SupergraphPublished' && /Version 2/.test(message)),
    );
    expect(house.events('tasks').some(({ message }) => message.includes('Version 2'))).toBe(false);
    expect(house.versionNames.sort()).toEqual([`${CURRENT}-1`, `${CURRENT}-2`]);
  });

  it('goes on without a pod: what a subgraph last agreed on stays in the graph, for the next leader too', async () => {
    const { tasks, controller } = await publishedHouse();
    house.service('notes', []);
    await waitFor('the reason', () =>
      house.events('notes').find(({ message }) => /a pod that is ready/.test(message)),
    );
    const next = await house.pod('tasks', tasksSdl({ more: 'done: Boolean' }));
    house.service('tasks', [next], [tasks]);
    await house.published(2);
    expect(house.subgraphs()).toEqual(['notes', 'tasks']);

    await controller.stop();
    house.service('tasks', [await house.pod('tasks', tasksSdl({ more: 'done: Boolean late: Boolean' }))]);
    house.controller('two');
    await house.published(3);
    expect(house.subgraphs()).toEqual(['notes', 'tasks']);
    expect(house.sdl).toContain('late');
  });

  it('takes over what an installation brought along, and leaves nothing of it out', async () => {
    const [notes, tasks] = [
      { name: 'notes', sdl: notesSdl() },
      { name: 'tasks', sdl: tasksSdl() },
    ];
    const composed = composeSupergraph([notes, tasks]);
    const initial = composed.ok ? composed.supergraphSdl : '';
    house.api.put('configmaps', {
      metadata: { name: CURRENT, labels: { 'app.kubernetes.io/part-of': 'switchboard' } },
      data: { 'supergraph.graphql': initial },
    });
    house.service('notes', [await house.pod('notes', notesSdl({ more: 'mood: String' }))]);
    house.service('tasks', []);
    house.controller('one');
    await house.becomes('waiting', 'tasks waits for a pod that is ready');
    expect(house.sdl).toBe(initial);
    house.service('tasks', [await house.pod('tasks', tasksSdl())]);
    await house.published(1);
    expect(house.sdl).toContain('mood');
    expect(house.api.find('configmaps', CURRENT)?.metadata.labels).toEqual({
      'app.kubernetes.io/part-of': 'switchboard',
    });
  });

  it('that does not fit into a ConfigMap is refused in words', async () => {
    await publishedHouse();
    const description = `"""${'x'.repeat(1_050_000)}"""`;
    house.service('notes', [await house.pod('notes', notesSdl({ more: `${description} mood: String` }))]);
    await house.becomes('refused', 'a ConfigMap holds 1 MiB');
    expect(house.version).toBe(1);
    expect(house.versionNames).toEqual([`${CURRENT}-1`]);
  });

  it('composes nothing before every subgraph of the graph has answered once', async () => {
    house.service('notes', [await house.pod('notes', notesSdl())]);
    house.service('tasks', []);
    house.controller('one');
    await house.becomes('waiting', 'tasks waits for a pod that is ready');
    expect(house.version).toBe(0);
    house.service('tasks', [await house.pod('tasks', tasksSdl())]);
    await house.published(1);
  });

  it('keeps ten versions', async () => {
    await publishedHouse();
    for (let version = 2; version <= 12; version += 1) {
      house.service('notes', [await house.pod('notes', notesSdl({ more: `f${version}: Int` }))]);
      await house.published(version);
      // Fields of one version are gone in the next: nobody uses them.
    }
    await waitFor('the oldest to go', () => house.versionNames.length === 10);
    expect(house.versionNames).not.toContain(`${CURRENT}-2`);
    expect(house.versionNames).toContain(`${CURRENT}-12`);
  });
});

describe('a bad subgraph', () => {
  it('leaves everything as it was, and the reason is an Event on its Service', async () => {
    await publishedHouse();
    const before = house.sdl;
    house.service('notes', [await house.pod('notes', notesSdl().replace('id-nte', 'id-tsk'))]);
    const event = await waitFor('the Event', () =>
      house.events('notes').find(({ reason }) => reason === 'SupergraphRefused'),
    );
    expect(event.message).toMatch(/Version 1 stays: .*clashes with/);
    expect(house.events('tasks').some(({ reason }) => reason === 'SupergraphRefused')).toBe(false);
    await house.becomes('refused', 'clashes with');
    expect(house.sdl).toBe(before);
    expect(house.versionNames).toEqual([`${CURRENT}-1`]);

    house.service('notes', [await house.pod('notes', notesSdl({ more: 'mood: String' }))]);
    await house.published(2);
    await house.becomes('current');
  });

  it('that does not know the controller is not believed', async () => {
    await publishedHouse();
    const keys = { gateway: house.keys.gateway, controller: house.keys.gateway };
    const { startPod } = await import('./subgraphs.ts');
    const stranger = await startPod('notes', notesSdl({ more: 'mood: String' }), keys);
    house.service('notes', [stranger]);
    await waitFor('the reason', () =>
      house.events('notes').find(({ message }) => /answers 401/.test(message)),
    );
    expect(house.version).toBe(1);
    await stranger.close();
  });
});

describe('what clients send', () => {
  it('may not be broken; what nobody uses may go, and is listed', async () => {
    await publishedHouse();
    house.service('notes', [await house.pod('notes', notesSdl({ more: 'mood: String rest: String' }))]);
    await house.published(2);
    house.operations = [operation('query Moods { notes(first: 3) { id mood } }')];

    house.service('notes', [await house.pod('notes', notesSdl({ more: 'rest: String' }))]);
    const event = await waitFor('the Event', () =>
      house.events('notes').find(({ reason }) => reason === 'SupergraphRefused'),
    );
    expect(event.message).toContain('Moods');
    expect(event.message).toContain('Cannot query field "mood" on type "Note"');
    expect(house.version).toBe(2);

    house.service('notes', [await house.pod('notes', notesSdl({ more: 'mood: String' }))]);
    await house.published(3);
    await waitFor('the list', () =>
      house.status.changes?.some(({ description }) => /Note.rest was removed/.test(description)),
    );
  });

  it('is overruled by an operator who names exactly what is refused', async () => {
    await publishedHouse();
    house.operations = [operation('{ notes { text } }')];
    house.service('notes', [await house.pod('notes', notesSdl({ text: 'text: String' }))]);
    await house.becomes('refused', 'may now be null');
    house.annotate(ANNOTATIONS.acceptBreaking, 'something else');
    await waitFor(
      'another look',
      () => house.api.requests.filter((line) => line.startsWith('GET configmaps')).length > 8,
    );
    expect(house.version).toBe(1);
    house.annotate(ANNOTATIONS.acceptBreaking, house.status.candidateHash ?? '');
    await house.published(2);
    expect(house.api.find('configmaps', CURRENT)?.metadata.annotations).not.toHaveProperty(
      ANNOTATIONS.acceptBreaking,
    );
  });

  it('when it cannot be read, only what takes nothing away is published', async () => {
    await publishedHouse();
    house.operations = new Error('the broker is away');
    house.service('notes', [await house.pod('notes', notesSdl({ more: 'mood: String' }))]);
    await house.published(2);
    house.service('notes', [await house.pod('notes', notesSdl())]);
    await house.becomes('waiting', 'cannot be read');
    expect(house.version).toBe(2);
    house.operations = [];
    await house.published(3);
  });
});

describe('an operator', () => {
  it('goes back to a version, which stays until a subgraph changes', async () => {
    await publishedHouse();
    house.service('notes', [await house.pod('notes', notesSdl({ more: 'mood: String' }))]);
    await house.published(2);
    house.annotate(ANNOTATIONS.rollbackTo, '1');
    await house.published(1);
    await house.becomes('held', 'went back to version 1');
    expect(house.sdl).not.toContain('mood');
    house.service('notes', [await house.pod('notes', notesSdl({ more: 'mood: String rest: Int' }))]);
    await house.published(3);
    expect(house.sdl).toContain('rest');
    house.annotate(ANNOTATIONS.rollbackTo, '77');
    await house.becomes('refused', 'there is no version 77; kept: 1, 2, 3');
    await house.becomes('current');
    expect(house.version).toBe(3);
  });
});

describe('the Kubernetes API', () => {
  it('may cut watches, forget versions and send bookmarks', async () => {
    await publishedHouse();
    let field = 0;
    const change = async () => {
      field += 1;
      house.service('notes', [await house.pod('notes', notesSdl({ more: `f${field}: Int` }))]);
    };
    const watching = () => waitFor('two watches', () => house.api.openWatches === 2);
    await watching();
    house.api.cutWatches();
    await change();
    await house.published(2);
    await watching();
    house.api.forget({ inStream: true });
    await change();
    await house.published(3);
    await watching();
    house.api.bookmark();
    house.api.forget({ inStream: false });
    await change();
    await house.published(4);
    await watching();
    const lists = house.api.requests.filter((line) => line === 'GET endpointslices').length;
    expect(lists).toBeGreaterThan(3);
  });

  it('may be away: nothing is lost, and what happened meanwhile is seen', async () => {
    const { controller } = await publishedHouse({ leaseS: 2 });
    house.api.down();
    house.service('notes', [await house.pod('notes', notesSdl({ more: 'mood: String' }))]);
    await waitFor('the lead to end', () => !controller.isLeader, 20_000);
    expect(house.version).toBe(1);
    house.api.up();
    await house.published(2);
  });

  it('refuses who was too slow: the controller reads again', async () => {
    await publishedHouse();
    let conflicts = 0;
    house.api.onWrite = (method, resource, name) => {
      if (method !== 'PUT' || resource !== 'configmaps' || name !== CURRENT || conflicts > 0) return;
      conflicts += 1;
      house.annotate('example.com/note', 'somebody was quicker');
    };
    house.service('notes', [await house.pod('notes', notesSdl({ more: 'mood: String' }))]);
    await waitFor('a later version', () => house.version > 1);
    expect(conflicts).toBe(1);
    expect(house.version).toBe(2);
    expect(house.api.find('configmaps', CURRENT)?.metadata.annotations).toMatchObject({
      'example.com/note': 'somebody was quicker',
    });
  });

  it('keeps a number that a leader left behind half done', async () => {
    await publishedHouse();
    house.api.put('configmaps', { metadata: { name: `${CURRENT}-2` }, immutable: true, data: {} });
    house.service('notes', [await house.pod('notes', notesSdl({ more: 'mood: String' }))]);
    await house.published(3);
  });
});

describe('two replicas', () => {
  it('one leads; when it dies the other takes over, and no version is made twice', async () => {
    house.service('notes', [await house.pod('notes', notesSdl())]);
    const one = house.controller('one', { leaseS: 1 });
    await house.published(1);
    const two = house.controller('two', { leaseS: 1 });
    await waitFor('the second to follow', () => two.unreadiness.length === 0);
    expect([one.isLeader, two.isLeader]).toEqual([true, false]);

    await one.stop();
    expect(house.api.find('leases', `${CURRENT}-controller`)?.spec).not.toMatchObject({
      holderIdentity: 'one',
    });
    await waitFor('the takeover', () => two.isLeader);
    house.service('notes', [await house.pod('notes', notesSdl({ more: 'mood: String' }))]);
    await house.published(2);
    expect(house.versionNames.length).toBe(2);
  });

  it('a leader that dies without a word loses the lead after the lease, not before', async () => {
    const renewTime = () => new Date().toISOString().replace('Z', '000Z');
    house.api.put('leases', {
      metadata: { name: `${CURRENT}-controller` },
      spec: { holderIdentity: 'dead', leaseDurationSeconds: 1, renewTime: renewTime(), leaseTransitions: 4 },
    });
    house.service('notes', [await house.pod('notes', notesSdl())]);
    const begin = performance.now();
    const two = house.controller('two', { leaseS: 1 });
    await waitFor('the takeover', () => two.isLeader);
    expect(performance.now() - begin).toBeGreaterThan(950);
    await house.published(1);
    expect(house.api.find('leases', `${CURRENT}-controller`)?.spec).toMatchObject({
      holderIdentity: 'two',
      leaseTransitions: 5,
    });
  });

  it('never both write: many that start together make one version', async () => {
    house.service('notes', [await house.pod('notes', notesSdl())]);
    const replicas = ['a', 'b', 'c'].map((name) => house.controller(name));
    await house.published(1);
    await house.becomes('current');
    expect(replicas.filter(({ isLeader }) => isLeader).length).toBe(1);
    expect(house.versionNames).toEqual([`${CURRENT}-1`]);
    const created = house.api.requests.filter((line) => line === 'POST configmaps').length;
    // The version, the current one, the status.
    expect(created).toBe(3);
  });
});
