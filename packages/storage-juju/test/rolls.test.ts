import {
  compactCodec,
  EMPTY_GRANT_SHEET,
  EMPTY_REQUEST_SHEET,
  LockStoreError,
  parseLockName,
  parseTicket,
  parseUnitName,
  type Codec,
  type GrantSheet,
  type Serial,
} from '@baton/coordinator';
import { HookContext } from '@baton/hook-tools';
import { inProcessEnvironment, type JujuSeries } from '@baton/juju-sim/model';
import { JujuLockStore } from '@baton/storage-juju';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';

import { closeAgentEnds, WAYS } from './agent-end.ts';
import { runHook, type HookOptions } from './run-hook.ts';
import { Simulation } from './simulation.ts';

afterEach(closeAgentEnds);

const settings = (simulation: Simulation): readonly string[] => [
  ...simulation.model.controller.leaderSettings.keys(),
];

const databag = (simulation: Simulation): readonly string[] =>
  [...simulation.model.controller.applicationBag.keys()].filter((key) => key === 'baton');

/** Runs a hook and tells whether it worked under the lock. */
async function works(
  simulation: Simulation,
  unit: string,
  { lock = 'restart', ...rest }: HookOptions & { readonly lock?: string } = {},
): Promise<boolean> {
  let granted = false;
  const charm = async (serial: Serial): Promise<void> => {
    granted = await serial.acquire(lock);
  };
  await runHook(simulation, unit, { ...rest, charm });
  simulation.settle();
  return granted;
}

async function idle(simulation: Simulation, unit: string, rest: HookOptions = {}): Promise<void> {
  await runHook(simulation, unit, rest);
  simulation.settle();
}

async function asksInVain(serial: Serial): Promise<void> {
  expect(await serial.acquire('restart')).toBe(false);
}

/** `restart`, granted to `db/1`. */
const GRANTED: GrantSheet = new Map([
  [parseLockName('restart'), new Map([[parseUnitName('db/1'), parseTicket(5)]])],
]);

const bagOf = (simulation: Simulation, unit: string): ReadonlyMap<string, string> =>
  simulation.model.controller.unit(unit).bag ?? new Map();

describe.each(WAYS)('with tools called by %s', (way) => {
  describe.each<{ readonly juju: JujuSeries }>([{ juju: '3.6' }, { juju: '4.0' }])(
    'on Juju $juju',
    ({ juju }) => {
      /** Units that have published their sheets; `db/0` leads. */
      async function published(units = 3): Promise<Simulation> {
        const simulation = new Simulation(juju, { way });
        const names = simulation.addUnits(units);
        simulation.model.elect('db/0');
        for (const unit of names) await idle(simulation, unit);
        return simulation;
      }

      test('a request made in install is kept, published in the first hook that can, and granted', async () => {
        const simulation = new Simulation(juju, { way });
        simulation.addUnits(1);
        simulation.model.elect('db/0');
        await idle(simulation, 'db/0');
        const late = simulation.addUnit();
        simulation.held.add(late);
        const install = await runHook(simulation, late, {
          charm: (serial) => serial.acquire('restart'),
        });
        expect(install.calls).toContain('state-set --file -');
        expect(simulation.model.controller.unit(late).bag).toBeUndefined();
        simulation.held.delete(late);
        simulation.settle();
        await idle(simulation, late);
        expect(bagOf(simulation, late).has('baton')).toBe(true);
        await idle(simulation, 'db/0');
        expect(await works(simulation, late)).toBe(true);
        // Read back from the relation, the stash has done its work.
        expect(simulation.model.controller.unit(late).state.size).toBe(0);
      });

      test('stores with different keys do not see each other', async () => {
        const simulation = await published();
        expect(await works(simulation, 'db/1')).toBe(false);
        await idle(simulation, 'db/0');
        const other = { relation: 'cluster', key: 'other' };
        expect(await works(simulation, 'db/2', { options: other })).toBe(false);
        await idle(simulation, 'db/0', { options: other });
        expect(await works(simulation, 'db/2', { options: other })).toBe(true);
        expect(await works(simulation, 'db/1')).toBe(true);
        expect([...bagOf(simulation, 'db/2').keys()]).toEqual(
          expect.arrayContaining(['baton', 'other']),
        );
      });

      test('a sheet that cannot be read is named with the command that sets it aside, stays, and stops nobody else', async () => {
        const simulation = await published();
        simulation.model.controller.commit('db/1', { bag: new Map([['baton', '!']]) });
        simulation.settle();
        expect(await works(simulation, 'db/2')).toBe(false);
        const { complaints } = await runHook(simulation, 'db/0');
        simulation.settle();
        expect(complaints.join('\n')).toContain(
          "juju exec --unit db/1 'relation-set -r $(relation-ids cluster) baton='",
        );
        expect(await works(simulation, 'db/2')).toBe(true);
        await idle(simulation, 'db/1');
        expect(bagOf(simulation, 'db/1').get('baton')).toBe('!');
      });

      test('a unit whose sheet was set aside publishes one like none before, so that no agent takes it for an old one', async () => {
        const simulation = await published(2);
        await works(simulation, 'db/1');
        await idle(simulation, 'db/0');
        expect(await works(simulation, 'db/1')).toBe(true);
        const before = bagOf(simulation, 'db/1').get('baton');
        simulation.model.controller.commit('db/1', { bag: new Map([['baton', '']]) });
        simulation.settle();
        await idle(simulation, 'db/1');
        expect(bagOf(simulation, 'db/1').get('baton')).toEqual(expect.any(String));
        expect(bagOf(simulation, 'db/1').get('baton')).not.toBe(before);
      });

      test('without the application to ask who is alive, nothing new is granted', async () => {
        const simulation = await published();
        await works(simulation, 'db/1');
        simulation.failing.set('goal-state', 'ERROR cannot reach the controller\n');
        const { complaints } = await runHook(simulation, 'db/0');
        expect(complaints.join('\n')).toContain('cannot reach the controller');
        simulation.settle();
        expect(await works(simulation, 'db/1')).toBe(false);
        simulation.failing.clear();
        await idle(simulation, 'db/0');
        expect(await works(simulation, 'db/1')).toBe(true);
      });

      test('a unit that failed under the lock keeps it, and the next one has it after the retry', async () => {
        const simulation = await published();
        await works(simulation, 'db/1');
        await works(simulation, 'db/2');
        await idle(simulation, 'db/0');
        expect(await works(simulation, 'db/1', { code: 1 })).toBe(true);
        await idle(simulation, 'db/0');
        expect(await works(simulation, 'db/2')).toBe(false);
      });

      test('a sheet that Juju does not give is an error of the hook, and not taken for none', async () => {
        const simulation = await published(2);
        simulation.failing.set('relation-get', 'ERROR cannot reach the controller\n');
        const session = await simulation.store(parseUnitName('db/1')).begin();
        for (const read of [
          () => session.peers.readOwn(),
          () => session.peers.readAll([]),
          () => session.peers.write(EMPTY_REQUEST_SHEET),
        ]) {
          await expect(read()).rejects.toMatchObject({
            code: 'UNAVAILABLE',
            message: expect.stringContaining('cannot reach the controller'),
          });
        }
        await session.end('failure');
      });

      test('a mistake in the codec is thrown as it is: no sheet is damaged', async () => {
        const simulation = await published(2);
        const broken = new TypeError('a mistake in the codec');
        const codec: Codec = {
          ...compactCodec,
          decodeRequestSheet: () => {
            throw broken;
          },
        };
        const session = await simulation.store(parseUnitName('db/1'), { codec }).begin();
        await expect(session.peers.readOwn()).rejects.toBe(broken);
        await session.end('failure');
      });

      test('a follower may not write the grants, not even as they are', async () => {
        const simulation = await published(2);
        const leading = await simulation.store(parseUnitName('db/0')).begin();
        await leading.grants.write(GRANTED);
        await leading.end('success');
        simulation.settle();
        const session = await simulation.store(parseUnitName('db/1')).begin();
        expect(await session.grants.read()).toEqual(GRANTED);
        for (const sheet of [GRANTED, EMPTY_GRANT_SHEET]) {
          await expect(session.grants.write(sheet)).rejects.toMatchObject({ code: 'NOT_LEADER' });
        }
        expect(await session.grants.read()).toEqual(GRANTED);
        await session.end('success');
      });

      test('the leader is sure to lead for 30 seconds, and for 15 in the operator of podspec charms', async () => {
        const simulation = await published(1);
        onTestFinished(() => void vi.unstubAllEnvs());
        for (const [network, guaranteedForMs] of [
          ['unix', 30_000],
          ['tcp', 15_000],
        ] as const) {
          vi.stubEnv('JUJU_AGENT_SOCKET_NETWORK', network);
          const session = await simulation.store(parseUnitName('db/0')).begin();
          expect(await session.leadership()).toEqual({ leader: true, guaranteedForMs });
          await session.end('success');
        }
      });

      test('waking the units changes a key of its own each time', async () => {
        const simulation = await published(1);
        const values = new Set<string | undefined>();
        for (let time = 0; time < 3; time += 1) {
          const session = await simulation.store(parseUnitName('db/0')).begin();
          await session.leadership();
          await session.grants.wake?.();
          await session.end('success');
          values.add(simulation.model.controller.applicationBag.get('baton-wake'));
          simulation.settle();
        }
        expect(values.size).toBe(3);
        expect(values.has(undefined)).toBe(false);
      });
    },
  );

  test('on Juju 4 a unit that was removed stays listed, and is granted nothing; what it held goes on', async () => {
    const simulation = new Simulation('4.0', { way });
    const units = simulation.addUnits(4);
    simulation.model.elect('db/0');
    for (const unit of units) await idle(simulation, unit);
    await works(simulation, 'db/1');
    await works(simulation, 'db/2');
    await works(simulation, 'db/3');
    await idle(simulation, 'db/0');
    // db/1 holds the lock and db/2 is next: both go, and Juju tells nobody.
    simulation.model.removeUnit('db/1', { force: true });
    simulation.model.removeUnit('db/2', { force: true });
    simulation.settle();
    const { calls } = await runHook(simulation, 'db/0');
    simulation.settle();
    expect(calls).toContain('relation-get -r cluster:0 baton db/2');
    expect(await works(simulation, 'db/3')).toBe(true);
  });

  async function grantOnce(
    juju: JujuSeries,
    options: HookOptions['options'] = {},
  ): Promise<Simulation> {
    const simulation = new Simulation(juju, { way });
    const names = simulation.addUnits(2);
    simulation.model.elect('db/0');
    for (const unit of names) await idle(simulation, unit, { options });
    await works(simulation, 'db/1', { options });
    await idle(simulation, 'db/0', { options });
    return simulation;
  }

  /** The same application on a controller of the next version, which has no leader settings. */
  async function upgraded(before: Simulation): Promise<Simulation> {
    const after = new Simulation('4.0', { way });
    const units = after.addUnits(2);
    after.model.elect('db/0');
    for (const unit of units) {
      const bag = new Map([...bagOf(before, unit)].filter(([key]) => key.startsWith('baton')));
      after.model.controller.commit(unit, { bag });
    }
    const { applicationBag } = before.model.controller;
    after.model.controller.commit('db/0', { applicationBag });
    after.settle();
    return after;
  }

  describe('where grants are kept', () => {
    test('grants that were set aside come back with a databag like none before, so that no agent takes it for an old one', async () => {
      const simulation = new Simulation('4.0', { way });
      simulation.addUnits(1);
      simulation.model.elect('db/0');
      await idle(simulation, 'db/0');
      const { controller } = simulation.model;
      const databags: unknown[] = [];
      // The request stays open in the hook that asks, and where the grant comes back.
      for (const setAside of [false, true]) {
        if (setAside) controller.commit('db/0', { applicationBag: new Map([['baton', '']]) });
        await runHook(simulation, 'db/0', { charm: asksInVain });
        databags.push(Object.fromEntries(controller.applicationBag));
        simulation.settle();
      }
      const [first, second] = databags;
      expect(first).toHaveProperty('baton');
      expect(second).toHaveProperty('baton');
      expect(second).not.toEqual(first);
    });

    test('is the leader settings on 3.6', async () => {
      const simulation = await grantOnce('3.6');
      expect([settings(simulation), databag(simulation)]).toEqual([['baton'], []]);
    });

    test('is the databag of the application on 4.0, and on 3.6 where the charm says so', async () => {
      for (const simulation of [
        await grantOnce('4.0'),
        await grantOnce('3.6', { grants: 'application-databag' }),
      ]) {
        expect([settings(simulation), databag(simulation)]).toEqual([[], ['baton']]);
      }
    });

    test('is not guessed where Juju does not say its version', async () => {
      const simulation = new Simulation('3.6', { way });
      simulation.addUnits(1);
      const { hook, transport } = simulation.begin('db/0');
      const environment = inProcessEnvironment(hook, { charmFolder: '' });
      const context = HookContext.fromEnvironment({ ...environment, JUJU_VERSION: '' });
      const store = new JujuLockStore({ relation: 'cluster', transport, context });
      await expect(store.begin()).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        message: expect.stringContaining('JUJU_VERSION is not set'),
      });
    });

    test('cannot be the databag before the unit has joined its peers', async () => {
      const simulation = new Simulation('4.0', { way });
      const unit = simulation.addUnit();
      simulation.held.add(unit);
      simulation.model.elect(unit);
      const session = await simulation.store(unit).begin();
      expect(await session.grants.read()).toEqual(EMPTY_GRANT_SHEET);
      await expect(session.grants.write(GRANTED)).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining('before it has joined its peers'),
      });
      await session.end('failure');
    });

    test('is asked for in one session a hook, once grants wait there for its success', async () => {
      const simulation = new Simulation('4.0', { way });
      simulation.addUnits(1);
      simulation.model.elect('db/0');
      const running = simulation.begin('db/0');
      const { transport, context } = running;
      const store = new JujuLockStore({ relation: 'cluster', transport, context });
      await (await store.begin()).end('success');
      const session = await store.begin();
      await session.grants.write(GRANTED);
      await session.end('success');
      await expect(store.begin()).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        message: expect.stringContaining('do everything in one session'),
      });
      await simulation.finish(running, 0);
    });

    test('cannot be the leader settings on 4.0, and it is said what to do', async () => {
      const simulation = new Simulation('4.0', { way });
      simulation.addUnits(1);
      const unit = parseUnitName('db/0');
      await expect(
        simulation.store(unit, { grants: 'leader-settings' }).begin(),
      ).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        message: expect.stringContaining('leave the option `grants` away'),
      });
    });

    test('is the databag after an upgrade to 4 for a charm that took it before: its locks are kept', async () => {
      const before = await grantOnce('3.6', { grants: 'application-databag' });
      const after = await upgraded(before);
      expect(await works(after, 'db/1', { options: { grants: 'application-databag' } })).toBe(true);
    });

    test('is empty after an upgrade to 4 for a charm that did not, without an error', async () => {
      const after = await upgraded(await grantOnce('3.6'));
      expect(await works(after, 'db/1')).toBe(false);
      await idle(after, 'db/0');
      expect(await works(after, 'db/1')).toBe(true);
    });
  });

  describe('beside charmhelpers', () => {
    test('every document stands in both forms, each under its key', async () => {
      const simulation = new Simulation('3.6', { way });
      const options = { compatibility: 'charmhelpers' } as const;
      const units = simulation.addUnits(2);
      simulation.model.elect('db/0');
      for (const unit of units) await idle(simulation, unit, { options });
      await works(simulation, 'db/1', { options, lock: 'Neustart ü' });
      await idle(simulation, 'db/0', { options });
      const request = bagOf(simulation, 'db/1').get('coordinator') ?? '';
      expect(request).toMatch(/^\{"Neustart \\u00fc": "\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}Z"\}$/);
      expect(simulation.model.controller.leaderSettings.get('coordinator')).toBe(
        `{"db/1": ${request}}`,
      );
      expect(bagOf(simulation, 'db/0').get('coordinator')).toBe('{ }');
      expect(bagOf(simulation, 'db/1').has('baton')).toBe(true);
    });

    const beside = { compatibility: 'charmhelpers' } as const;

    /** `db/1` waits with a request, and `db/0`, which leads, has granted it, in both forms. */
    async function grantedBeside(): Promise<Simulation> {
      const simulation = await grantOnce('3.6', beside);
      expect(settings(simulation)).toEqual(expect.arrayContaining(['baton', 'coordinator']));
      return simulation;
    }

    test('a form of the own sheet that fell behind is written anew by its unit', async () => {
      const simulation = await grantedBeside();
      const before = bagOf(simulation, 'db/1').get('coordinator');
      simulation.model.controller.commit('db/1', { bag: new Map([['coordinator', '']]) });
      await idle(simulation, 'db/0', { options: beside });
      expect(bagOf(simulation, 'db/1').has('coordinator')).toBe(false);
      const session = await simulation.store(parseUnitName('db/1'), beside).begin();
      await session.peers.readOwn();
      await session.end('success');
      expect(bagOf(simulation, 'db/1').get('coordinator')).toBe(before);
    });

    test('a form of the grants that fell behind is written anew by the leader, and by nobody else', async () => {
      const simulation = await grantedBeside();
      const { controller } = simulation.model;
      const before = controller.leaderSettings.get('coordinator');
      controller.mergeLeaderSettings('db/0', new Map([['coordinator', '']]));
      const after: (string | undefined)[] = [];
      // So that the follower would fail if it but tried.
      simulation.failing.set('leader-set', 'ERROR cannot reach the controller\n');
      for (const unit of ['db/1', 'db/0']) {
        if (unit === 'db/0') simulation.failing.clear();
        const session = await simulation.store(parseUnitName(unit), beside).begin();
        await session.leadership();
        await session.grants.read();
        await session.end('success');
        after.push(controller.leaderSettings.get('coordinator'));
      }
      expect(after).toEqual([undefined, before]);
    });

    test.each([
      ['by who was deposed meanwhile, leaves it to the next leader', 'not the leader', undefined],
      ['is told where it fails otherwise', 'cannot reach the controller', 'UNAVAILABLE'],
    ])('mending the grants %s', async (_how, said, code) => {
      const simulation = await grantedBeside();
      const { controller } = simulation.model;
      controller.mergeLeaderSettings('db/0', new Map([['coordinator', '']]));
      const session = await simulation.store(parseUnitName('db/0'), beside).begin();
      await session.leadership();
      await session.grants.read();
      simulation.failing.set('leader-set', `ERROR ${said}\n`);
      const error: unknown = await session.end('success').catch((reason: unknown) => reason);
      expect(LockStoreError.is(error) ? error.code : error).toBe(code);
      expect(controller.leaderSettings.has('coordinator')).toBe(false);
    });

    test('what cannot be read is not mended', async () => {
      const simulation = await grantedBeside();
      simulation.model.controller.commit('db/1', {
        bag: new Map([
          ['baton', '!'],
          ['coordinator', '{}'],
        ]),
      });
      await idle(simulation, 'db/1', { options: beside });
      expect(bagOf(simulation, 'db/1').get('baton')).toBe('!');
      expect(bagOf(simulation, 'db/1').get('coordinator')).toBe('{}');
    });

    test('another form than the compact one is refused, which could not be told from that of charmhelpers', () => {
      const codec: Codec = { ...compactCodec, name: 'own' };
      expect(() => new JujuLockStore({ ...beside, codec })).toThrow(
        expect.objectContaining({
          code: 'UNSUPPORTED',
          message: expect.stringContaining('leave the option `codec` away'),
        }),
      );
      expect(() => new JujuLockStore({ ...beside, codec: compactCodec })).not.toThrow();
    });

    test('grants in the databag are refused: charmhelpers would not see them', () => {
      expect(
        () => new JujuLockStore({ compatibility: 'charmhelpers', grants: 'application-databag' }),
      ).toThrow(/charmhelpers keeps its grants in leader settings/);
    });
  });

  describe('a store outside a hook', () => {
    test('can be made, and says where it belongs when it is used', async () => {
      const before = process.env['JUJU_CONTEXT_ID'];
      delete process.env['JUJU_CONTEXT_ID'];
      try {
        const store = new JujuLockStore();
        expect(() => store.unit).toThrow(expect.objectContaining({ code: 'NOT_IN_HOOK' }));
        const error: unknown = await store.begin().catch((reason: unknown) => reason);
        expect(LockStoreError.is(error, 'UNSUPPORTED')).toBe(true);
      } finally {
        if (before !== undefined) process.env['JUJU_CONTEXT_ID'] = before;
      }
    });

    test.each(['', 'coordinator', 'ingress-address', 'x-wake', 'with space'])(
      'refuses the key %j, which cannot be one',
      (key) => {
        expect(() => new JujuLockStore({ key })).toThrow(/cannot be a key/);
      },
    );
  });
});
