import {
  EMPTY_GRANT_SHEET,
  LockStoreError,
  type GrantSheet,
  type LockName,
  type Ticket,
  type UnitName,
} from '@baton/coordinator';

import {
  broken,
  forceGrants,
  forceSheet,
  orElse,
  unless,
  type BrokenStore,
} from './broken-store.ts';

const ON_COMMIT = { grants: 'on-commit' } as const;

/** Stores that let the wrong unit grant, or lose what was granted. */
export const brokenGrants: readonly BrokenStore[] = [
  broken(
    'lets a follower write grants',
    'grants written by a follower are refused with NOT_LEADER, and change nothing',
    (cluster) => ({
      session: (session) => ({
        grants: {
          write: (sheet) =>
            orElse(
              () => session.grants.write(sheet),
              () => forceGrants(cluster, sheet),
            ),
        },
      }),
    }),
  ),
  broken(
    'writes the grants of a follower before it refuses',
    'grants written by a follower are refused with NOT_LEADER, and change nothing',
    (cluster) => ({
      session: (session) => ({
        grants: {
          write: async (sheet) => {
            if (LockStoreError.is(cluster.inspect().grants)) return session.grants.write(sheet);
            forceGrants(cluster, sheet);
            return session.grants.write(sheet);
          },
        },
      }),
    }),
  ),
  broken(
    'drops the grants of a follower without a word',
    'grants written by a follower are refused with NOT_LEADER, and change nothing',
    () => ({
      session: (session) => ({
        grants: {
          write: (sheet) =>
            unless(
              'NOT_LEADER',
              () => session.grants.write(sheet),
              () => {},
            ),
        },
      }),
    }),
  ),
  broken(
    'believes a leader that was deposed in the middle of its hook',
    'grants written by a leader that was deposed in the middle of its hook are refused',
    (cluster) => ({
      session: (session) => {
        let led = false;
        return {
          leadership: async () => {
            const answer = await session.leadership();
            led ||= answer.leader;
            return answer;
          },
          grants: {
            write: (sheet) =>
              orElse(
                () => session.grants.write(sheet),
                (error) => {
                  if (!led) throw error;
                  forceGrants(cluster, sheet);
                },
              ),
          },
        };
      },
    }),
  ),
  broken(
    'publishes the sheet of a leader that was deposed before its commit',
    'grants staged by a leader that is deposed before its hook ends publish nothing at all',
    (cluster) => ({
      session: (session, unit) => ({
        end: async (outcome) => {
          const own = await session.peers.readOwn();
          await orElse(
            () => session.end(outcome),
            (error) => {
              if (own.state === 'present') forceSheet(cluster, unit, own.sheet);
              throw error;
            },
          );
        },
      }),
    }),
    ON_COMMIT,
  ),
  broken('merges grants into those before', 'grants are replaced whole', () => ({
    session: (session) => ({
      grants: {
        write: async (sheet) => {
          const before = await session.grants.read();
          await session.grants.write(new Map([...before, ...sheet]));
        },
      },
    }),
  })),
  broken('takes empty grants for no write', 'grants are replaced whole', () => ({
    session: (session) => ({
      grants: {
        write: async (sheet) => {
          if (sheet.size > 0) await session.grants.write(sheet);
        },
      },
    }),
  })),
  broken(
    'keeps the grants that were written first in a hook',
    'grants written twice in a hook are as written last',
    () => ({
      session: (session) => {
        let written: Promise<void> | undefined;
        return { grants: { write: (sheet) => (written ??= session.grants.write(sheet)) } };
      },
    }),
  ),
  broken(
    'does not read back grants written in the same hook',
    'grants that this session has written are what it reads',
    () => ({
      session: (session) => {
        let read: Promise<GrantSheet> | undefined;
        return { grants: { read: () => (read ??= session.grants.read()) } };
      },
    }),
  ),
  broken(
    'says immediate, and writes grants at the end of the hook',
    'grants are seen by others during the hook if the store says immediate, and only then',
    () => ({ session: () => ({ grants: { visibility: 'immediate' } }) }),
    ON_COMMIT,
  ),
  broken(
    'says on commit, and writes grants at once',
    'grants are seen by others during the hook if the store says immediate, and only then',
    () => ({ session: () => ({ grants: { visibility: 'on-commit' } }) }),
  ),
  broken(
    'takes back grants when the hook failed, although it says immediate',
    'grants of a failed hook stay if the store says immediate, and only then',
    (cluster) => ({
      session: (session) => {
        const { grants } = cluster.inspect();
        return {
          end: async (outcome) => {
            await session.end(outcome);
            if (outcome === 'failure' && !LockStoreError.is(grants)) forceGrants(cluster, grants);
          },
        };
      },
    }),
  ),
  broken(
    'keeps grants when the hook failed, although it says on commit',
    'grants of a failed hook stay if the store says immediate, and only then',
    (cluster) => ({
      session: (session) => {
        let written: GrantSheet | undefined;
        return {
          grants: {
            write: async (sheet) => {
              await session.grants.write(sheet);
              written = sheet;
            },
          },
          end: async (outcome) => {
            await session.end(outcome);
            if (written !== undefined) forceGrants(cluster, written);
          },
        };
      },
    }),
    ON_COMMIT,
  ),
  broken(
    'changes its mind about visibility',
    'grants have the same visibility in every session of every unit',
    (cluster) => ({
      session: () => ({
        grants: { visibility: cluster.commits % 2 === 0 ? 'immediate' : 'on-commit' },
      }),
    }),
  ),
  broken(
    'reads grants anew within a session',
    'grants are read once a session, and anew in the next',
    (cluster) => ({
      session: () => ({
        grants: {
          read: async () => {
            const { grants } = cluster.inspect();
            if (LockStoreError.is(grants)) throw grants;
            return grants;
          },
        },
      }),
    }),
  ),
  broken(
    'keeps grants from one session to the next',
    'grants are read once a session, and anew in the next',
    () => {
      const kept = new Map<UnitName, GrantSheet>();
      return {
        session: (session, unit) => ({
          grants: {
            read: async () => {
              const sheet = kept.get(unit) ?? (await session.grants.read());
              kept.set(unit, sheet);
              return sheet;
            },
          },
        }),
      };
    },
  ),
  broken(
    'has a refresh that does nothing',
    'grants are read anew after refresh, by the leader alone',
    () => ({ session: () => ({ grants: { refresh: async () => {} } }) }),
  ),
  broken(
    'lets a follower refresh',
    'grants are read anew after refresh, by the leader alone',
    () => ({
      session: (session) => ({
        grants: {
          refresh: () =>
            orElse(
              async () => session.grants.refresh?.(),
              () => {},
            ),
        },
      }),
    }),
  ),
  broken(
    'forgets grants when leadership moves',
    'grants outlive the leader that wrote them',
    (c) => ({
      harness: (harness) => ({
        elect: async (unit) => {
          if (c.leader !== undefined && c.leader !== unit) forceGrants(c, EMPTY_GRANT_SHEET);
          await harness.elect(unit);
        },
      }),
    }),
  ),
  broken(
    'shows grants to the leader alone',
    'grants are seen by everybody once the hook has succeeded',
    (c) => ({
      session: (session, unit) => ({
        grants: {
          read: async () => (c.leader === unit ? session.grants.read() : EMPTY_GRANT_SHEET),
        },
      }),
    }),
  ),
  broken(
    'drops the grants of a unit that leaves',
    'units that leave take no grants with them',
    (c) => ({
      harness: (harness) => ({
        leave: async (unit) => {
          await harness.leave(unit);
          forceGrants(c, EMPTY_GRANT_SHEET);
        },
      }),
    }),
  ),
  broken(
    'takes unreadable grants for empty ones',
    'unreadable documents in place of the grants reject with CORRUPT, and are not empty grants',
    () => ({
      session: (session) => ({
        grants: {
          read: () =>
            unless(
              'CORRUPT',
              () => session.grants.read(),
              () => EMPTY_GRANT_SHEET,
            ),
        },
      }),
    }),
  ),
  broken(
    'overwrites unreadable grants',
    'unreadable documents in place of the grants are never overwritten',
    (cluster) => ({
      session: (session) => ({
        grants: {
          write: (sheet) =>
            unless(
              'CORRUPT',
              () => session.grants.write(sheet),
              () => forceGrants(cluster, sheet),
            ),
        },
      }),
    }),
  ),
  broken(
    'cannot read the grants where its own sheet is unreadable',
    'unreadable documents where there was a sheet leave the grants readable',
    () => ({
      session: (session) => ({
        grants: {
          read: async () => {
            const own = await session.peers.readOwn();
            if (own.state === 'unreadable') throw own.error;
            return session.grants.read();
          },
        },
      }),
    }),
  ),
  broken(
    'gives everyone the one map of grants that it keeps',
    'snapshots that were given may be kept: later writes do not change them',
    () => {
      const live = new Map<LockName, ReadonlyMap<UnitName, Ticket>>();
      return {
        session: (session) => ({
          grants: {
            read: async () => live,
            write: async (sheet) => {
              await session.grants.write(sheet);
              live.clear();
              for (const [lock, units] of sheet) live.set(lock, units);
            },
          },
        }),
      };
    },
  ),
  broken(
    'gives every session the map of grants it read last',
    'snapshots that were given do not lead back into the store',
    () => {
      let kept: GrantSheet | undefined;
      return {
        session: (session) => ({
          grants: {
            read: async () => (kept ??= await session.grants.read()),
            write: async (sheet) => {
              await session.grants.write(sheet);
              kept = undefined;
            },
          },
        }),
      };
    },
  ),
  broken(
    'keeps the map of grants that the caller wrote',
    'snapshots are taken of grants when they are written',
    () => ({
      session: (session) => {
        let written: GrantSheet | undefined;
        return {
          grants: {
            read: async () => written ?? session.grants.read(),
            write: async (sheet) => {
              await session.grants.write(sheet);
              written = sheet;
            },
          },
        };
      },
    }),
  ),
];
