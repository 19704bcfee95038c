import { parseUnitName, type LockStore } from '@baton/coordinator';
import { runLockStoreTests } from '@baton/storage-testkit/vitest';

// A harness with no optional member, over a store with none: what needs one is to be skipped, and the rest
// is to be run, and fails, since this store can do nothing.
runLockStoreTests('bare', async () => ({
  units: [parseUnitName('db/0'), parseUnitName('db/1'), parseUnitName('db/2')],
  open: async (unit) => bareStore(unit),
  elect: async () => {},
  leave: async () => {},
}));

function bareStore(name: string): LockStore {
  const unit = parseUnitName(name);
  return {
    unit,
    key: 'bare',
    begin: async () => ({
      leadership: notHere,
      peers: {
        joined: notHere,
        readOwn: notHere,
        readAll: notHere,
        write: notHere,
        liveUnits: notHere,
      },
      grants: { visibility: 'on-commit', read: notHere, write: notHere },
      local: { read: notHere, write: notHere },
      end: async () => {},
    }),
  };
}

async function notHere(): Promise<never> {
  throw new Error('this store can do nothing');
}
