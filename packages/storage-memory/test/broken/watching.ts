import { type LockStore, type UnitName } from '@baton/coordinator';

import { broken, unless, type BrokenStore } from './broken-store.ts';

/** A fault of watching alone. */
function watching(
  name: string,
  caughtBy: string,
  watch: (store: LockStore, onChange: () => void) => () => void,
): BrokenStore {
  return broken(name, caughtBy, () => ({
    store: (store) => ({ watch: (onChange) => watch(store, onChange) }),
  }));
}

const nothing = (): void => {};

/** Calls back after something happened in a session of the same cluster. */
function calling(
  name: string,
  caughtBy: string,
  when: 'own success' | 'any failure' | 'wake at once',
): BrokenStore {
  return broken(name, caughtBy, () => {
    const watchers = new Map<() => void, UnitName>();
    const call = (only?: UnitName): void => {
      for (const [onChange, unit] of watchers) {
        if (only === undefined || only === unit) queueMicrotask(onChange);
      }
    };
    return {
      store: (store) => ({
        watch: (onChange) => {
          watchers.set(onChange, store.unit);
          const stop = store.watch?.(onChange) ?? nothing;
          return () => {
            watchers.delete(onChange);
            stop();
          };
        },
      }),
      session: (session, unit) => ({
        end: async (outcome) => {
          await session.end(outcome);
          if (when === 'own success' && outcome === 'success') call(unit);
          if (when === 'any failure' && outcome === 'failure') call();
        },
        grants: {
          wake: async () => {
            await session.grants.wake?.();
            if (when === 'wake at once') call();
          },
        },
      }),
    };
  });
}

/** Stores that call back too much, too little or the wrong ones. */
export const brokenWatching: readonly BrokenStore[] = [
  watching(
    'never calls back',
    'watching calls back when another unit has published a sheet',
    () => nothing,
  ),
  watching(
    'calls back once',
    'watching calls back again for every later change',
    (store, onChange) => {
      const stop =
        store.watch?.(() => {
          stop();
          onChange();
        }) ?? nothing;
      return stop;
    },
  ),
  watching(
    'goes on calling back',
    'watching stops when it is told to, for that watcher alone',
    (store, onChange) => {
      void store.watch?.(onChange);
      return nothing;
    },
  ),
  broken(
    'stops all watchers at once',
    'watching stops when it is told to, for that watcher alone',
    () => {
      const stops: (() => void)[] = [];
      return {
        store: (store) => ({
          watch: (onChange) => {
            stops.push(store.watch?.(onChange) ?? nothing);
            return () => {
              for (const stop of stops) stop();
            };
          },
        }),
      };
    },
  ),
  broken('calls back after it was closed', 'watching ends when the store is closed', () => ({
    store: () => ({ close: async () => {} }),
  })),
  calling(
    'calls back for its own writes',
    'watching does not call back for what the unit itself published',
    'own success',
  ),
  calling(
    'calls back when a hook failed',
    'watching does not call back for a hook that failed or wrote nothing',
    'any failure',
  ),
  calling(
    'wakes before the hook has succeeded',
    'waking waits for the end of the hook, and is dropped if it failed',
    'wake at once',
  ),
  broken(
    'says on commit, and calls no leader back for its own grants',
    'watching calls back the leader for its own grants if they are there on commit, and only then',
    () => ({
      session: () => ({ grants: { visibility: 'on-commit' } }),
    }),
  ),
  broken(
    'has a wake that does nothing',
    'waking calls back every unit once the hook has succeeded, its own included',
    () => ({
      session: () => ({ grants: { wake: async () => {} } }),
    }),
  ),
  broken('wakes once and never again', 'waking calls back again in a later hook', () => {
    let woken = false;
    return {
      session: (session) => ({
        grants: {
          wake: async () => {
            if (!woken) await session.grants.wake?.();
            woken = true;
          },
        },
      }),
    };
  }),
  broken('lets a follower wake', 'waking is refused with NOT_LEADER to a follower', () => ({
    session: (session) => ({
      grants: {
        wake: () =>
          unless(
            'NOT_LEADER',
            async () => session.grants.wake?.(),
            () => {},
          ),
      },
    }),
  })),
  ...(
    [
      ['grants', 'watching calls back when the leader has written grants'],
      ['elect', 'watching calls back the unit that becomes leader'],
      ['leave', 'watching calls back when a unit has left'],
      ['join', 'watching calls back when a unit has joined'],
    ] as const
  ).map(([deaf, caughtBy]) => deafTo(deaf, caughtBy)),
];

/** Swallows the callbacks that one kind of change brings. */
function deafTo(change: 'grants' | 'elect' | 'leave' | 'join', caughtBy: string): BrokenStore {
  return broken(`does not call back for ${change}`, caughtBy, () => {
    let deaf = false;
    const during = async <T>(
      kind: typeof change,
      settle: () => Promise<void>,
      run: () => Promise<T>,
    ): Promise<T> => {
      if (kind !== change) return run();
      deaf = true;
      const result = await run();
      await settle();
      deaf = false;
      return result;
    };
    return {
      store: (store) => ({
        watch: (onChange) =>
          store.watch?.(() => {
            if (!deaf) onChange();
          }) ?? nothing,
      }),
      session: (session) => ({
        grants: { write: (sheet) => during('grants', flush, () => session.grants.write(sheet)) },
      }),
      harness: (harness) => ({
        elect: (unit) => during('elect', flush, () => harness.elect(unit)),
        leave: (unit) => during('leave', flush, () => harness.leave(unit)),
        addUnit: () => during('join', flush, () => harness.addUnit()),
      }),
    };
  });
}

/** Callbacks are microtasks; what follows this is queued behind them. */
async function flush(): Promise<void> {
  await Promise.resolve();
  await Promise.resolve();
}
