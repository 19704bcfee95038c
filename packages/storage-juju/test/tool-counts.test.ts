import { Serial, type Logger } from '@baton/coordinator';
import type { JujuSeries } from '@baton/juju-sim/model';
import { JujuLockStore } from '@baton/storage-juju';
import { describe, expect, test } from 'vitest';

import { Simulation, type StoreOptions } from './simulation.ts';

const nothing = (): void => undefined;
const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

interface Case {
  readonly juju: JujuSeries;
  readonly options: StoreOptions;
  readonly grants: string;
}

const LEADER_SETTINGS = 'leader-get';
const DATABAG = 'relation-get -r cluster:0 --app - db';
const CASES: readonly Case[] = [
  { juju: '3.6', options: {}, grants: LEADER_SETTINGS },
  { juju: '3.6', options: { compatibility: 'charmhelpers' }, grants: LEADER_SETTINGS },
  { juju: '3.6', options: { grants: 'application-databag' }, grants: DATABAG },
  { juju: '4.0', options: {}, grants: DATABAG },
];

const OWN_0 = 'relation-get -r cluster:0 - db/0';
const OWN_1 = 'relation-get -r cluster:0 - db/1';
const OWN_2 = 'relation-get -r cluster:0 - db/2';

describe.each(CASES)('on Juju $juju with $options', ({ juju, options, grants }) => {
  /** Three units that have published their sheets, `db/0` the leader. */
  async function published(): Promise<Simulation> {
    const simulation = new Simulation(juju);
    const units = simulation.addUnits(3);
    simulation.model.elect('db/0');
    for (const unit of units) await hook(simulation, unit);
    simulation.settle();
    return simulation;
  }

  /** Runs a hook in which the charm does something, with a coordinator of its own; gives what it called. */
  async function hook(
    simulation: Simulation,
    unit: string,
    charm: (serial: Serial) => Promise<unknown> = async () => undefined,
  ): Promise<readonly string[]> {
    const running = simulation.begin(unit);
    const { transport, context, calls } = running;
    const store = new JujuLockStore({ relation: 'cluster', ...options, transport, context });
    const serial = new Serial({ store, logger: SILENT });
    await serial.run(() => charm(serial));
    simulation.finish(running, 0);
    return calls.map(({ tool, args }) =>
      [tool, ...args.filter((argument) => argument !== '--format=json')].join(' '),
    );
  }

  test('a follower calls four tools', async () => {
    const simulation = await published();
    expect(await hook(simulation, 'db/1')).toEqual([
      'is-leader',
      'relation-ids cluster',
      OWN_1,
      grants,
    ]);
  });

  test('a leader calls those four, relation-list, and relation-get once for each peer', async () => {
    const simulation = await published();
    expect(await hook(simulation, 'db/0')).toEqual([
      'is-leader',
      'relation-ids cluster',
      OWN_0,
      grants,
      'relation-list -r cluster:0',
      OWN_1,
      OWN_2,
    ]);
  });
});
