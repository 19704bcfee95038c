import { chmod, mkdir, writeFile } from 'node:fs/promises';

import { startApplication } from '@baton/juju-sim';

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
  const units = app.log.map(({ unit }) => unit).filter((unit) => unit !== undefined);
  console.log([...new Set(units)].toSorted().join(' '));
} finally {
  await app.stop();
}
