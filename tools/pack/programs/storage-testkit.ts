import { parseUnitName } from '@baton/coordinator';
import { MemoryCluster } from '@baton/storage-memory';
import { lockStoreCases, whatIsOffered, type LockStoreHarness } from '@baton/storage-testkit';

async function setup(): Promise<LockStoreHarness> {
  const cluster = new MemoryCluster();
  return {
    units: [parseUnitName('app/0'), parseUnitName('app/1'), parseUnitName('app/2')],
    open: async (unit) => cluster.store(unit),
    elect: async (unit) => cluster.elect(unit),
    leave: async (unit) => cluster.remove(unit),
  };
}

const offered = await whatIsOffered(setup);
let passed = 0;
for (const one of lockStoreCases) {
  if (!one.needs.every((need) => offered.has(need))) continue;
  try {
    await one.run(await setup());
    passed += 1;
  } catch (error) {
    console.log(`${one.name}: ${String(error)}`);
  }
}
console.log(passed > 20 ? 'the store keeps the contract' : `only ${passed} cases passed`);
