import type { UnitName, UnitState } from '@baton/coordinator';

import { broken, orElse, type BrokenStore } from './broken-store.ts';

/** A fault that changes the answer of who is alive. */
function alive(
  name: string,
  caughtBy: string,
  change: (units: Map<UnitName, UnitState>, self: UnitName) => void,
): BrokenStore {
  return broken(name, caughtBy, () => ({
    session: (session, unit) => ({
      peers: {
        liveUnits: async () => {
          const units = new Map(await session.peers.liveUnits());
          change(units, unit);
          return units;
        },
      },
    }),
  }));
}

/** Stores that do not know who is there, or tell the wrong ones. */
export const brokenUnits: readonly BrokenStore[] = [
  alive(
    'forgets itself among the live units',
    'units that were opened are alive, the own one included',
    (units, self) => {
      units.delete(self);
    },
  ),
  alive(
    'forgets units that are dying',
    'units that are dying are told from those alive, and still publish',
    (units) => {
      for (const [unit, state] of units) if (state === 'dying') units.delete(unit);
    },
  ),
  alive(
    'calls dying units alive',
    'units that are dying are told from those alive, and still publish',
    (units) => {
      for (const unit of units.keys()) units.set(unit, 'alive');
    },
  ),
  broken(
    'asks who is alive once a session',
    'units that have left are missing from the next answer, in the same hook',
    () => ({
      session: (session) => {
        let answer: Promise<ReadonlyMap<UnitName, UnitState>> | undefined;
        return { peers: { liveUnits: () => (answer ??= session.peers.liveUnits()) } };
      },
    }),
  ),
  broken(
    'says that nobody is alive where it cannot learn it',
    'units that cannot be learnt reject with UNAVAILABLE, and the hook goes on',
    () => ({
      session: (session) => ({
        peers: {
          liveUnits: () =>
            orElse(
              () => session.peers.liveUnits(),
              () => new Map(),
            ),
        },
      }),
    }),
  ),
  broken(
    'takes a unit whose store was closed for gone',
    'units whose store was closed stay members, and keep their sheets',
    (cluster) => ({
      store: (store) => ({
        close: async () => {
          await store.close?.();
          if (cluster.inspect().units.has(store.unit)) cluster.remove(store.unit);
        },
      }),
    }),
  ),
  broken(
    'says it has joined before it has',
    'joining late a unit publishes nothing, and is refused with UNAVAILABLE',
    () => ({
      session: () => ({ peers: { joined: async () => true } }),
    }),
  ),
  broken(
    'drops a sheet written before joining without a word',
    'joining late a unit publishes nothing, and is refused with UNAVAILABLE',
    () => ({
      session: (session) => ({
        peers: {
          write: async (sheet) => {
            if (await session.peers.joined()) await session.peers.write(sheet);
          },
        },
      }),
    }),
  ),
  broken(
    'takes a unit that has not joined for gone',
    'joining late a unit is alive before it can reach its peers',
    () => {
      const late = new Set<UnitName>();
      return {
        session: (session) => ({
          peers: {
            liveUnits: async () => {
              const units = await session.peers.liveUnits();
              return new Map([...units].filter(([unit]) => !late.has(unit)));
            },
          },
        }),
        harness: (harness) => ({
          joinLate: async () => {
            const one = await harness.joinLate();
            late.add(one.unit);
            return one;
          },
        }),
      };
    },
  ),
  broken(
    'hides the grants from a unit that has not joined',
    'joining late a unit keeps its stash, sees the grants, and publishes once it has joined',
    () => ({
      session: (session) => ({
        grants: {
          read: async () => ((await session.peers.joined()) ? session.grants.read() : new Map()),
        },
      }),
    }),
  ),
];
