import { Serial } from '@baton/coordinator';
import { MemoryCluster } from '@baton/storage-memory';

const quiet = (): void => undefined;
const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

const cluster = new MemoryCluster();
const units = ['app/0', 'app/1', 'app/2'].map((unit) => {
  const serial = new Serial({ store: cluster.store(unit), logger });
  let pending = true;
  const restart = serial.require(
    'restart',
    () => pending,
    async () => {
      pending = false;
      console.log(`${unit} restarts`);
    },
  );
  return async (): Promise<boolean> => {
    await serial.run(async () => {
      await restart();
      return { charmRan: true };
    });
    return pending;
  };
});
cluster.elect('app/0');

for (let pending = units.length; pending > 0;) {
  pending = 0;
  for (const hook of units) if (await hook()) pending += 1;
}
