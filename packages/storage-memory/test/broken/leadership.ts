import { LockStoreError, type Leadership } from '@baton/coordinator';

import { broken, type BrokenStore } from './broken-store.ts';

/** Stores that do not know who leads. */
export const brokenLeadership: readonly BrokenStore[] = [
  broken(
    'answers every unit that it leads',
    'leadership belongs to the elected unit alone, and moves',
    () => ({
      session: () => ({ leadership: async () => ({ leader: true, guaranteedForMs: 1 }) }),
    }),
  ),
  broken(
    'guarantees followers something',
    'leadership is guaranteed for a while to the leader, and for no time to the others',
    () => ({
      session: (session) => ({
        leadership: async () => ({ ...(await session.leadership()), guaranteedForMs: 30_000 }),
      }),
    }),
  ),
  broken(
    'asks for leadership once a session',
    'leadership is asked anew in the session of a leader',
    () => ({
      session: (session) => {
        let answer: Promise<Leadership> | undefined;
        return { leadership: () => (answer ??= session.leadership()) };
      },
    }),
  ),
  broken(
    'takes back its no',
    'leadership denied once stays denied until the hook ends',
    (cluster) => ({
      session: (session, unit) => ({
        leadership: async () => {
          await session.leadership();
          const leader = cluster.leader === unit;
          return { leader, guaranteedForMs: leader ? 30_000 : 0 };
        },
      }),
    }),
  ),
  broken(
    'allows one call at a time',
    'leadership may be asked while other calls are under way',
    () => ({
      session: (session) => {
        let busy = false;
        const alone = async <T>(call: () => Promise<T>): Promise<T> => {
          if (busy) throw new LockStoreError('UNAVAILABLE', 'another call is under way');
          busy = true;
          try {
            return await call();
          } finally {
            busy = false;
          }
        };
        return {
          leadership: () => alone(() => session.leadership()),
          peers: { liveUnits: () => alone(() => session.peers.liveUnits()) },
        };
      },
    }),
  ),
];
