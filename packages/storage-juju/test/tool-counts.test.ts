import type { Serial } from '@baton/coordinator';
import type { JujuSeries } from '@baton/juju-sim/model';
import { afterEach, describe, expect, test } from 'vitest';

import { closeAgentEnds, WAYS } from './agent-end.ts';
import { runHook } from './run-hook.ts';
import { Simulation, type StoreOptions } from './simulation.ts';

afterEach(closeAgentEnds);

describe.each(WAYS)('with tools called by %s', (way) => {
  interface Case {
    readonly juju: JujuSeries;
    readonly options: StoreOptions;
    readonly grants: string;
    /** What it reads of a databag: its own key, or everything, which is in one call as well. */
    readonly key: string;
  }

  const LEADER_SETTINGS = 'leader-get baton';
  const DATABAG = 'relation-get -r cluster:0 --app baton db';
  const CASES: readonly Case[] = [
    { juju: '3.6', options: {}, grants: LEADER_SETTINGS, key: 'baton' },
    {
      juju: '3.6',
      options: { compatibility: 'charmhelpers' },
      grants: 'leader-get',
      key: '-',
    },
    { juju: '3.6', options: { grants: 'application-databag' }, grants: DATABAG, key: 'baton' },
    { juju: '4.0', options: {}, grants: DATABAG, key: 'baton' },
  ];

  const OWN_SET = 'relation-set -r cluster:0 --file -';

  describe.each(CASES)('on Juju $juju with $options', ({ juju, options, grants, key }) => {
    const [sheet0, sheet1, sheet2] = [0, 1, 2].map(
      (number) => `relation-get -r cluster:0 ${key} db/${number}`,
    );

    /** Three units that have published their sheets, `db/0` the leader. */
    async function published(): Promise<Simulation> {
      const simulation = new Simulation(juju, { way });
      const units = simulation.addUnits(3);
      simulation.model.elect('db/0');
      for (const unit of units) await hook(simulation, unit);
      simulation.settle();
      return simulation;
    }

    /** Runs a hook and gives the tools it called. */
    async function hook(
      simulation: Simulation,
      unit: string,
      charm?: (serial: Serial) => Promise<unknown>,
    ): Promise<readonly string[]> {
      const { calls } = await runHook(simulation, unit, { charm, options });
      return calls;
    }

    test('a follower calls four tools', async () => {
      const simulation = await published();
      expect(await hook(simulation, 'db/1')).toEqual([
        'is-leader',
        'relation-ids cluster',
        sheet1,
        grants,
      ]);
    });

    test('a hook of the peer relation says which relation that is, and a follower calls three', async () => {
      const simulation = await published();
      simulation.held.add('db/1');
      await hook(simulation, 'db/2', (serial) => serial.acquire('restart'));
      expect(await hook(simulation, 'db/1')).toEqual(['is-leader', sheet1, grants]);
    });

    test.runIf(grants.startsWith('leader-get'))(
      'in the hook that Juju runs on followers alone, none asks whether it leads',
      async () => {
        const simulation = await published();
        simulation.held.add('db/1');
        await hook(simulation, 'db/0', (serial) => serial.acquire('restart'));
        expect(await hook(simulation, 'db/1')).toEqual(['relation-ids cluster', sheet1, grants]);
      },
    );

    test('a leader calls those four, relation-list, and relation-get once for each peer', async () => {
      const simulation = await published();
      expect(await hook(simulation, 'db/0')).toEqual([
        'is-leader',
        'relation-ids cluster',
        sheet0,
        grants,
        'relation-list -r cluster:0',
        sheet1,
        sheet2,
      ]);
    });

    test('a leader asks once who is alive, when somebody waits or holds', async () => {
      const simulation = await published();
      await hook(simulation, 'db/1', (serial) => serial.acquire('restart'));
      simulation.settle();
      const granting = await hook(simulation, 'db/0');
      expect(granting.filter((call) => call.startsWith('goal-state'))).toHaveLength(1);
      await hook(simulation, 'db/2', (serial) => serial.acquire('restart'));
      simulation.settle();
      const waiting = await hook(simulation, 'db/0');
      expect(waiting.filter((call) => call.startsWith('goal-state'))).toHaveLength(1);
      expect(new Set(waiting).size).toBe(waiting.length);
    });

    test('nothing is written where nothing changed', async () => {
      const simulation = await published();
      for (const unit of ['db/0', 'db/1', 'db/2']) {
        const calls = await hook(simulation, unit);
        expect(calls.filter((call) => /-(set|delete)\b/.test(call))).toEqual([]);
      }
    });

    test('the stash is looked for only while the own sheet is missing', async () => {
      const simulation = new Simulation(juju, { way });
      simulation.addUnits(1);
      simulation.model.elect('db/0');
      const first = await hook(simulation, 'db/0');
      expect(first.filter((call) => call.startsWith('state-get'))).toHaveLength(1);
      const second = await hook(simulation, 'db/0');
      expect(second.filter((call) => call.startsWith('state-get'))).toEqual([]);
    });

    test('a unit that works under a lock writes its sheet once when it asks, and once when it is done', async () => {
      const simulation = await published();
      const written: string[] = [];
      const asks = await hook(simulation, 'db/1', (serial) => serial.acquire('restart'));
      simulation.settle();
      await hook(simulation, 'db/0');
      simulation.settle();
      let granted = false;
      const works = await hook(simulation, 'db/1', async (serial) => {
        granted = await serial.acquire('restart');
      });
      expect(granted).toBe(true);
      for (const calls of [asks, works]) {
        written.push(...calls.filter((call) => /-(set|delete)\b/.test(call)));
      }
      expect(written).toEqual([OWN_SET, OWN_SET]);
    });
  });
});
