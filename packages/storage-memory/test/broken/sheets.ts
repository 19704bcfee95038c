import {
  EMPTY_REQUEST_SHEET,
  LockStoreError,
  parseLockName,
  type RequestSheet,
  type SheetReading,
  type UnitName,
} from '@baton/coordinator';

import {
  broken,
  forceSheet,
  orElse,
  unless,
  type BrokenStore,
  type SessionParts,
} from './broken-store.ts';

const ABSENT: SheetReading = { state: 'absent' };

/** A fault that changes a sheet on its way into the store. */
function writing(
  name: string,
  caughtBy: string,
  change: (sheet: RequestSheet) => RequestSheet,
): BrokenStore {
  return broken(name, caughtBy, () => ({
    session: (session) => ({
      peers: { write: (sheet) => session.peers.write(change(sheet)) },
    }),
  }));
}

/** A fault that changes readings on their way out of the store. */
function reading(
  name: string,
  caughtBy: string,
  change: (
    readings: ReadonlyMap<UnitName, SheetReading>,
    unit: UnitName,
  ) => ReadonlyMap<UnitName, SheetReading>,
): BrokenStore {
  return broken(name, caughtBy, () => ({
    session: (session, unit) => ({
      peers: { readAll: async (also) => change(await session.peers.readAll(also), unit) },
    }),
  }));
}

/** Stores that lose, invent or mix up request sheets. */
export const brokenSheets: readonly BrokenStore[] = [
  broken('publishes the sheet of a failed hook', 'sheets are dropped when the hook failed', () => ({
    session: (session) => ({ end: () => session.end('success') }),
  })),
  broken(
    'publishes a sheet when it is written',
    'sheets are seen by nobody else before the hook has succeeded, and by everybody after',
    (cluster) => ({
      session: (session, unit) => ({
        peers: {
          write: async (sheet) => {
            await session.peers.write(sheet);
            forceSheet(cluster, unit, sheet);
          },
        },
      }),
    }),
  ),
  broken(
    'does not read back a sheet written in the same hook',
    'sheets that this session has written are what it reads',
    () => ({
      session: (session): SessionParts => {
        let own: Promise<SheetReading> | undefined;
        const readOwn = (): Promise<SheetReading> => (own ??= session.peers.readOwn());
        return {
          peers: { readOwn, write: (sheet) => readOwn().then(() => session.peers.write(sheet)) },
        };
      },
    }),
  ),
  broken('merges a sheet into the one before', 'sheets are replaced whole', () => ({
    session: (session) => ({
      peers: {
        write: async (sheet) => {
          const before = await session.peers.readOwn();
          const old = before.state === 'present' ? before.sheet.requests : new Map();
          const requests = new Map([...old, ...sheet.requests]);
          const lastTicket = Math.max(sheet.lastTicket, ...requests.values());
          await session.peers.write({ ...sheet, requests, lastTicket });
        },
      },
    }),
  })),
  broken(
    'keeps what was written first in a hook',
    'sheets written twice in a hook are published as written last',
    () => ({
      session: (session) => {
        let written: Promise<void> | undefined;
        return { peers: { write: (sheet) => (written ??= session.peers.write(sheet)) } };
      },
    }),
  ),
  writing('drops the labels', 'sheets keep everything that is in them', (sheet) => ({
    ...sheet,
    labels: new Map(),
  })),
  writing('drops fromStash', 'sheets keep everything that is in them', (sheet) => ({
    ...sheet,
    fromStash: false,
  })),
  writing(
    'keeps requests as properties of an object',
    'odd lock names come back as they were, from sheets, grants and stash',
    (sheet) => {
      const object: Record<string, unknown> = {};
      for (const [lock, ticket] of sheet.requests) object[lock] = ticket;
      const kept = [...sheet.requests].filter(([lock]) => Object.hasOwn(object, lock));
      return { ...sheet, requests: new Map(kept) };
    },
  ),
  writing(
    'puts names into one Unicode form',
    'odd lock names are each a lock of their own',
    (sheet) => ({
      ...sheet,
      requests: new Map([...sheet.requests].map(([l, t]) => [parseLockName(l.normalize()), t])),
    }),
  ),
  writing('keeps a hundred requests at most', 'odd lock names may be very many', (sheet) => ({
    ...sheet,
    requests: new Map([...sheet.requests].slice(0, 100)),
  })),
  broken('takes an empty sheet for none', 'sheets that say nothing are there all the same', () => ({
    session: (session) => ({
      peers: {
        write: async (sheet) => {
          if (sheet.lastTicket !== EMPTY_REQUEST_SHEET.lastTicket) await session.peers.write(sheet);
        },
      },
    }),
  })),
  broken(
    'reads sheets anew within a session',
    'sheets are read once a session, and anew in the next',
    (cluster) => ({
      session: (session) => ({
        peers: {
          readAll: async (also) => {
            const readings = new Map(await session.peers.readAll(also));
            const now = cluster.inspect().sheets;
            for (const unit of readings.keys()) readings.set(unit, now.get(unit) ?? ABSENT);
            return readings;
          },
        },
      }),
    }),
  ),
  broken(
    'keeps sheets from one session to the next',
    'sheets are read once a session, and anew in the next',
    () => {
      const kept = new Map<UnitName, SheetReading>();
      return {
        session: (session) => ({
          peers: {
            readAll: async (also) => {
              const readings = new Map(await session.peers.readAll(also));
              for (const [unit, one] of readings) {
                if (!kept.has(unit)) kept.set(unit, one);
                readings.set(unit, kept.get(unit) ?? one);
              }
              return readings;
            },
          },
        }),
      };
    },
  ),
  broken(
    'reads only the units that are listed',
    'sheets of units that are named are read too, listed or not',
    () => ({ session: (session) => ({ peers: { readAll: () => session.peers.readAll([]) } }) }),
  ),
  broken(
    'gives every unit the sheet of the reader',
    'sheets are each written by their own unit alone',
    () => ({
      session: (session) => ({
        peers: {
          readAll: async (also) => {
            const own = await session.peers.readOwn();
            const readings = await session.peers.readAll(also);
            return new Map([...readings.keys()].map((unit) => [unit, own]));
          },
        },
      }),
    }),
  ),
  reading(
    'forgets the own sheet in readAll',
    'an empty cluster lists every opened unit, the own one included',
    (readings, self) => new Map([...readings].filter(([unit]) => unit !== self)),
  ),
  reading(
    'lists ten units at most',
    'several units may be a hundred',
    (readings) => new Map([...readings].slice(0, 10)),
  ),
  reading(
    'takes an unreadable sheet for none',
    'unreadable documents make their own unit unreadable, and the others go on',
    (readings) =>
      new Map([...readings].map(([u, one]) => [u, one.state === 'unreadable' ? ABSENT : one])),
  ),
  reading(
    'fails on the first unreadable sheet',
    'unreadable documents make their own unit unreadable, and the others go on',
    (readings) => {
      for (const one of readings.values()) if (one.state === 'unreadable') throw one.error;
      return readings;
    },
  ),
  broken(
    'overwrites an unreadable sheet',
    'unreadable documents in place of the own sheet are reported, and never overwritten',
    (cluster) => ({
      session: (session, unit) => ({
        peers: {
          write: (sheet) =>
            unless(
              'CORRUPT',
              () => session.peers.write(sheet),
              () => forceSheet(cluster, unit, sheet),
            ),
        },
      }),
    }),
  ),
  broken(
    'notices an unreadable own sheet only where the hook has read it',
    'unreadable documents in place of the own sheet are not overwritten by a hook that did not look',
    (cluster) => ({
      session: (session, unit) => {
        let looked = false;
        return {
          peers: {
            readOwn: () => {
              looked = true;
              return session.peers.readOwn();
            },
            write: (sheet) =>
              orElse(
                () => session.peers.write(sheet),
                (error) => {
                  if (looked || !LockStoreError.is(error, 'CORRUPT')) throw error;
                  forceSheet(cluster, unit, sheet);
                },
              ),
          },
        };
      },
    }),
  ),
  broken(
    'encodes a sheet only when it publishes it',
    'snapshots are taken of a sheet when it is written, so later edits do not count',
    () => ({
      session: (session) => {
        let written: RequestSheet | undefined;
        return {
          peers: {
            write: async (sheet) => {
              written = sheet;
              await session.peers.write(sheet);
            },
          },
          end: async (outcome) => {
            if (written !== undefined && outcome === 'success') await session.peers.write(written);
            await session.end(outcome);
          },
        };
      },
    }),
  ),
];
