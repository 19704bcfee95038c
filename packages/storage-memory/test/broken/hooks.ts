import {
  LockStoreError,
  type HookSession,
  type LockStore,
  type RequestSheet,
  type UnitName,
} from '@baton/coordinator';

import { broken, forceSheet, orElse, unless, type BrokenStore } from './broken-store.ts';

/** Stores that begin, end, close and crash in ways they should not. */
export const brokenHooks: readonly BrokenStore[] = [
  broken('lets two sessions be open at once', 'sessions are open one at a time', () => ({
    store: (store) => {
      let open: HookSession | undefined;
      return {
        begin: () =>
          orElse(
            async () => (open = await store.begin()),
            (error) => {
              if (open === undefined) throw error;
              return open;
            },
          ),
      };
    },
  })),
  broken(
    'still reads when the session is over',
    'sessions that are over reject every call with CLOSED',
    () => ({
      session: (session) => ({
        peers: {
          readOwn: () =>
            orElse(
              () => session.peers.readOwn(),
              () => ({ state: 'absent' }),
            ),
        },
      }),
    }),
  ),
  broken(
    'still writes when the session is over',
    'sessions that are over reject every call with CLOSED',
    (c) => ({
      session: (session, unit) => ({
        peers: {
          write: (sheet) =>
            unless(
              'CLOSED',
              () => session.peers.write(sheet),
              () => forceSheet(c, unit, sheet),
            ),
        },
      }),
    }),
  ),
  broken(
    'ends twice without a word',
    'sessions that are over reject every call with CLOSED',
    () => ({
      session: (session) => {
        let ended: Promise<void> | undefined;
        return { end: (outcome) => (ended ??= session.end(outcome)) };
      },
    }),
  ),
  broken(
    'begins sessions after it was closed',
    'sessions of a closed store cannot be begun, and closing twice does nothing',
    () => ({
      store: () => ({ close: async () => {} }),
    }),
  ),
  broken(
    'fails to close twice',
    'sessions of a closed store cannot be begun, and closing twice does nothing',
    () => ({
      store: (store) => {
        let closed = false;
        return {
          close: async () => {
            if (closed) throw new LockStoreError('CLOSED', 'closed already');
            closed = true;
            await store.close?.();
          },
        };
      },
    }),
  ),
  broken(
    'writes the stash at once',
    'failed hooks publish neither sheet nor stash, and the next hook begins anew',
    () => {
      const stashes = new Map<UnitName, RequestSheet | undefined>();
      return {
        session: (_session, unit) => ({
          local: {
            read: async () => stashes.get(unit),
            write: async (sheet) => void stashes.set(unit, sheet),
          },
        }),
      };
    },
  ),
  broken(
    'publishes the sheet and then says that it failed',
    'failed hooks to publish reject with UNAVAILABLE and leave nothing behind',
    (c) => ({
      session: (session, unit) => ({
        end: async (outcome) => {
          const own = await orElse(
            () => session.peers.readOwn(),
            () => undefined,
          );
          await orElse(
            () => session.end(outcome),
            (error) => {
              if (LockStoreError.is(error, 'UNAVAILABLE') && own?.state === 'present') {
                forceSheet(c, unit, own.sheet);
              }
              throw error;
            },
          );
        },
      }),
    }),
  ),
  broken(
    'says nothing of a failed commit',
    'failed hooks to publish reject with UNAVAILABLE and leave nothing behind',
    () => ({
      session: (session) => ({
        end: (outcome) =>
          unless(
            'UNAVAILABLE',
            () => session.end(outcome),
            () => {},
          ),
      }),
    }),
  ),
  broken(
    'tries a failed commit again when it is ended again',
    'failed hooks to publish are over all the same',
    () => ({
      session: (session) => {
        let failed = false;
        return {
          end: async (outcome) => {
            if (failed) return;
            await orElse(
              () => session.end(outcome),
              (error) => {
                failed = true;
                throw error;
              },
            );
          },
        };
      },
    }),
  ),
  broken(
    'serves a unit twice',
    'stores of one unit are refused with UNIT_IN_USE while one serves it',
    () => {
      const stores = new Map<UnitName, LockStore>();
      return {
        harness: (harness) => ({
          open: async (unit) => {
            const store = await harness.open(unit);
            stores.set(unit, store);
            return store;
          },
          openAgain: async (unit) => stores.get(unit) ?? harness.open(unit),
        }),
      };
    },
  ),
  broken(
    'keeps a unit in use when its store was closed',
    'stores of one unit may follow each other',
    () => {
      const used = new Set<UnitName>();
      return {
        harness: (harness) => ({
          open: async (unit) => {
            if (used.has(unit)) throw new LockStoreError('UNIT_IN_USE', 'in use');
            used.add(unit);
            return harness.open(unit);
          },
        }),
      };
    },
  ),
  broken(
    'has one set of documents for all keys',
    'stores of one unit with different keys do not see each other’s documents',
    () => {
      const stores = new Map<UnitName, LockStore>();
      return {
        harness: (harness) => ({
          open: async (unit) => {
            const store = await harness.open(unit);
            stores.set(unit, store);
            return store;
          },
          openKey: async (unit, key) => ({
            ...(stores.get(unit) ?? (await harness.open(unit))),
            key,
          }),
        }),
      };
    },
  ),
  broken(
    'calls every key baton',
    'stores of one unit with different keys do not see each other’s documents',
    () => ({
      store: () => ({ key: 'baton' }),
    }),
  ),
  broken(
    'serves the wrong unit',
    'an empty cluster tells which unit and key a store serves',
    () => ({
      harness: (harness) => ({ open: () => harness.open(harness.units[0]) }),
    }),
  ),
  broken(
    'loses the stash when it is closed',
    'durability keeps sheet, stash and grants over closing and opening',
    () => {
      const lost = new Set<UnitName>();
      return {
        session: (session, unit) => ({
          local: { read: async () => (lost.has(unit) ? undefined : session.local.read()) },
        }),
        store: (store) => ({
          close: async () => {
            lost.add(store.unit);
            await store.close?.();
          },
        }),
      };
    },
  ),
  broken(
    'publishes the sheet of a process that died',
    'durability keeps what was published before the process died, and nothing of its hook',
    (c) => {
      const written = new Map<UnitName, RequestSheet>();
      return {
        session: (session, unit) => ({
          peers: {
            write: async (sheet) => {
              await session.peers.write(sheet);
              written.set(unit, sheet);
            },
          },
        }),
        harness: (harness) => ({
          crash: async (unit) => {
            await harness.crash(unit);
            const sheet = written.get(unit);
            if (sheet !== undefined) forceSheet(c, unit, sheet);
          },
        }),
      };
    },
  ),
  broken(
    'takes a unit whose process died for gone',
    'durability keeps what was published before the process died, and nothing of its hook',
    () => ({
      harness: (harness) => ({
        crash: async (unit) => {
          await harness.crash(unit);
          await harness.leave(unit);
        },
      }),
    }),
  ),
  broken(
    'fails in every hook',
    'an empty cluster has no sheets, no grants and no stash, and says so without an error',
    () => ({
      session: () => ({
        grants: {
          read: async () => {
            throw new LockStoreError('CORRUPT', 'there is no file');
          },
        },
      }),
    }),
  ),
  broken(
    'has one session for all units',
    'several units have hooks at the same time without getting in each other’s way',
    () => {
      let open = false;
      return {
        store: (store) => ({
          begin: async () => {
            if (open) throw new LockStoreError('UNAVAILABLE', 'somebody has a session');
            open = true;
            return store.begin();
          },
        }),
        session: (session) => ({
          end: async (outcome) => {
            open = false;
            await session.end(outcome);
          },
        }),
      };
    },
  ),
];
