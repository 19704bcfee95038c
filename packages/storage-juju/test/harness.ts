import { parseUnitName, type LockStore, type UnitName } from '@baton/coordinator';
import type { JujuSeries } from '@baton/juju-sim/model';
import type { LockStoreHarness } from '@baton/storage-testkit';

import type { Way } from './agent-end.ts';
import { Simulation, type StoreOptions } from './simulation.ts';

const UNREADABLE = '!';

/** A harness over a simulated application, its hooks in this process. */
export function jujuHarness(
  juju: JujuSeries,
  way: Way,
  options: StoreOptions = {},
): LockStoreHarness {
  const simulation = new Simulation(juju, { way });
  const { model } = simulation;
  const place = options.grants ?? (juju === '3.6' ? 'leader-settings' : 'application-databag');
  for (let count = 0; count < 3; count += 1) simulation.addUnit();
  const withoutBoth = options.grants === undefined ? {} : { grants: options.grants };
  const unreadable = new Map([['baton', UNREADABLE]]);

  async function open(unit: UnitName): Promise<LockStore> {
    simulation.drain(unit);
    return simulation.store(unit, options);
  }

  const harness: LockStoreHarness = {
    units: [parseUnitName('db/0'), parseUnitName('db/1'), parseUnitName('db/2')],
    open,
    // charmhelpers has one key, so only one of a unit's stores can stand beside it.
    openKey: async (unit, key) => simulation.store(unit, { ...withoutBoth, key }),
    elect: async (unit) => model.elect(unit),
    leave: async (unit) => model.removeUnit(unit, { force: true }),
    settle: async () => simulation.settle(),
    addUnit: async () => simulation.addUnit(),
    dying: async (unit) => {
      // Its last hooks would be run at once, and it would be gone.
      simulation.held.add(unit);
      model.removeUnit(unit);
    },
    crash: async (unit) => {
      model.stopAgent(unit);
      model.startAgent(unit);
    },
    failCommit: async (unit) => simulation.dieBeforeNextCommit(unit),
    failLiveUnits: async (failing) => {
      if (failing) simulation.failing.set('goal-state', 'ERROR cannot reach the controller\n');
      else simulation.failing.delete('goal-state');
    },
    corruptSheet: async (unit) => model.controller.commit(unit, { bag: unreadable }),
    corruptGrants: async () => {
      const leader = model.controller.leases.holder ?? '';
      if (place === 'leader-settings') model.controller.mergeLeaderSettings(leader, unreadable);
      else model.controller.commit(leader, { applicationBag: unreadable });
    },
    corruptStash: async (unit) => model.controller.commit(unit, { state: unreadable }),
  };
  // In `install` there is no databag of the application yet, so no grants can be seen in it.
  if (place === 'application-databag') return harness;
  return {
    ...harness,
    joinLate: async () => {
      const unit = simulation.addUnit();
      simulation.held.add(unit);
      return {
        unit,
        store: simulation.store(unit, options),
        join: async () => {
          simulation.held.delete(unit);
        },
      };
    },
  };
}
