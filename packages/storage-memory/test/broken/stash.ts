import type { RequestSheet } from '@baton/coordinator';

import { broken, unless, type BrokenStore } from './broken-store.ts';

/** Stores that lose a stash, or tell others of it. */
export const brokenStash: readonly BrokenStore[] = [
  broken(
    'shows the stash of one unit to another',
    'the stash is seen by its own unit alone, and is no sheet',
    () => {
      let last: RequestSheet | undefined;
      return {
        session: (session) => ({
          local: {
            read: async () => (await session.local.read()) ?? last,
            write: async (sheet) => {
              last = sheet;
              await session.local.write(sheet);
            },
          },
        }),
      };
    },
  ),
  broken(
    'publishes the stash as a sheet',
    'the stash is seen by its own unit alone, and is no sheet',
    () => ({
      session: (session) => ({
        local: {
          write: async (sheet) => {
            await session.local.write(sheet);
            if (sheet !== undefined) await session.peers.write(sheet);
          },
        },
      }),
    }),
  ),
  broken('cannot delete the stash', 'the stash is kept, replaced and deleted', () => ({
    session: (session) => ({
      local: {
        write: async (sheet) => {
          if (sheet !== undefined) await session.local.write(sheet);
        },
      },
    }),
  })),
  broken(
    'does not read back a stash written in the same hook',
    'the stash written in this session is what it reads',
    () => ({
      session: (session) => {
        let read: Promise<RequestSheet | undefined> | undefined;
        return { local: { read: () => (read ??= session.local.read()) } };
      },
    }),
  ),
  broken(
    'deletes the stash when it publishes a sheet',
    'the stash and sheet are written apart from each other',
    () => ({
      session: (session) => ({
        peers: {
          write: async (sheet) => {
            await session.peers.write(sheet);
            await session.local.write(undefined);
          },
        },
      }),
    }),
  ),
  broken(
    'encodes the stash at the end of the hook',
    'snapshots are taken of a stash when it is written',
    () => ({
      session: (session) => {
        let written: RequestSheet | undefined;
        return {
          local: {
            write: async (sheet) => {
              written = sheet;
              await session.local.write(sheet);
            },
          },
          end: async (outcome) => {
            if (written !== undefined && outcome === 'success') await session.local.write(written);
            await session.end(outcome);
          },
        };
      },
    }),
  ),
  broken(
    'takes an unreadable stash for none',
    'unreadable documents in place of the stash reject with CORRUPT, and are not no stash',
    () => ({
      session: (session) => ({
        local: {
          read: () =>
            unless(
              'CORRUPT',
              () => session.local.read(),
              () => undefined,
            ),
        },
      }),
    }),
  ),
];
