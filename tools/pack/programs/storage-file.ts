import { Serial } from '@baton/coordinator';
import { FileLockStore, inspectDirectory } from '@baton/storage-file';

const quiet = (): void => undefined;
const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

const stores = ['web/0', 'web/1'].map((unit) => new FileLockStore({ directory: 'locks', unit }));
const units = stores.map((store) => ({
  store,
  serial: new Serial({ store, logger }),
  pending: true,
}));

while (units.some(({ pending }) => pending)) {
  for (const unit of units) {
    await unit.serial.run(async () => {
      if (unit.pending && (await unit.serial.acquire('restart'))) {
        unit.pending = false;
        console.log(`${unit.store.unit} restarts`);
      }
      return { charmRan: true };
    });
  }
}
const { members, problems } = await inspectDirectory('locks');
console.log(`${members.size} members, ${problems.length} problems`);
for (const store of stores) await store.close();
