import { startApplication } from '@baton/juju-sim';
import { play } from '@baton/juju-sim/virtual';

// By a name that is not written down: the consumer has no types of Node.
const files: string = 'node:fs/promises';
const { chmod, mkdir, writeFile } = await import(files);

await mkdir('db');
await writeFile(
  'db/metadata.yaml',
  'name: db\nsummary: a charm\ndescription: a charm\npeers:\n  peers:\n    interface: db\n',
);
await writeFile('db/dispatch', '#!/bin/sh\nstatus-set active "$(is-leader)"\n');
await chmod('db/dispatch', 0o755);
const app = await startApplication({ charm: './db', units: 2, juju: '4.0', speed: 100 });
try {
  await app.settled({ timeoutMs: 60_000 });
  const heard = new Set(app.log.map(({ unit }) => unit));
  console.log(['db/0', 'db/1'].filter((unit) => heard.has(unit)).join(' '));
} finally {
  await app.stop();
}
const outcome = await play(
  () => ({
    charm: () => Promise.resolve(0),
    starts: () => undefined,
    faultsBegin: () => undefined,
    faultsEnd: () => undefined,
    unserved: () => [],
    excuse: () => undefined,
  }),
  { juju: '4.0', seed: 1, units: { least: 2, most: 3 } },
);
console.log(outcome.result);
