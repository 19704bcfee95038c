import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { rules } from '/work/main/tools/mutants/rules.mjs';
import { bundleWith } from '/work/main/tools/explore/defects/plant.ts';
const folder = await mkdtemp(join(tmpdir(), 'all-'));
const seeds = process.argv[2] ?? '300';
const only = process.argv[3];
let i = 0;
async function one(): Promise<void> {
  for (;;) {
    const n = i++;
    const r = rules[n];
    if (!r) return;
    if (only && !r.rule.includes(only)) continue;
    const out = join(folder, `d${n}.mjs`);
    try {
      await bundleWith({ ...r, file: 'packages/coordinator/src/' + r.file }, out);
    } catch (e) {
      console.log('ERR', r.rule, String(e));
      continue;
    }
    const c = spawn(process.execPath, ['--max-semi-space-size=64', out, '1', seeds]);
    let t = '',
      err = '';
    c.stdout.on('data', (d) => (t += d));
    c.stderr.on('data', (d) => (err += d));
    await new Promise((x) => c.on('close', x));
    try {
      const f = JSON.parse(t);
      console.log(
        f.broken
          ? `${String(f.seeds).padStart(5)} ${f.broken.juju} ${f.broken.result}: ${f.broken.promise.slice(0, 70)}`
          : '    -',
        '|',
        r.rule,
      );
    } catch {
      console.log('CRASH', r.rule, err.slice(0, 200));
    }
  }
}
await Promise.all([one(), one()]);
