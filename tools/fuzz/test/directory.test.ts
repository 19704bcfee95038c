import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { LockStoreError, Serial } from '@baton/coordinator';
import { FileLockStore, inspectDirectory } from '@baton/storage-file';
import { expect, onTestFinished, test } from 'vitest';

import { mutateBytes } from '../mutate.ts';
import { Random } from '../../soak/random.ts';

const SEED = 20_260_101;

/** Each input is a file on a disk that may be busy. */
const FILES_MS = 120_000;

/** How many inputs are made up for each file, besides those that are tried one by one. */
const RANDOM_INPUTS = 60;

/** Numbers and texts that stand well-formed where others belong. */
const VALUES = [
  '0',
  '-1',
  '0.5',
  '1e300',
  '2147483648',
  '4294967297',
  '9007199254740993',
  'null',
  '""',
  '"x"',
  '[]',
  '{}',
  'true',
];

const MEMBER_VALUE = /:("[^"]*"|\d+|true|false)/g;

/** A directory in which a unit holds a lock, leads, and has ended. */
async function newDirectory(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'baton-fuzz-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const store = new FileLockStore({ directory, unit: 'db/0' });
  const serial = serialOf(store);
  await expect(
    serial.run(async () => {
      await serial.acquire('restart');
    }),
  ).resolves.toBeUndefined();
  await serial.run(() => undefined, { name: 'backup', kind: 'action' });
  return directory;
}

function serialOf(store: FileLockStore): Serial {
  return new Serial({ store, logger: { debug() {}, info() {}, warn() {}, error() {} } });
}

/** What one file may be turned into: JSON with each value in each place, and bytes of any kind. */
function damages(whole: Buffer): Uint8Array[] {
  const text = whole.toString();
  const places = text.startsWith('{') ? [...text.matchAll(MEMBER_VALUE)] : [];
  const wellFormed = places.flatMap(({ 0: found, index }) =>
    VALUES.map((value) =>
      Buffer.from(`${text.slice(0, index)}:${value}${text.slice(index + found.length)}`),
    ),
  );
  const random = new Random(SEED);
  const anyhow = Array.from({ length: RANDOM_INPUTS }, () => mutateBytes(random, [whole]));
  return [...wellFormed, ...anyhow];
}

test.each(['format', 'leader.1', 'grants.1', 'claim.db%2f0.1', 'member.db%2f0', 'sheet.db%2f0'])(
  'whatever %s holds, who looks at the directory and who comes to it gets an answer or a LockStoreError',
  { timeout: FILES_MS },
  async (file) => {
    const directory = await newDirectory();
    const folder = join(directory, 'baton');
    expect(readdirSync(folder)).toContain(file);
    const whole = readFileSync(join(folder, file));
    const wrong: string[] = [];
    for (const bytes of damages(whole)) {
      writeFileSync(join(folder, file), bytes);
      const comer = new FileLockStore({ directory, unit: 'db/1' });
      const looks = [
        () => inspectDirectory(directory),
        async () => (await comer.begin()).end('failure'),
        async () => {
          await serialOf(comer).run(() => undefined);
        },
        () => comer.close(),
      ];
      for (const look of looks) {
        try {
          await look();
        } catch (error) {
          if (LockStoreError.is(error)) continue;
          wrong.push(`${Buffer.from(bytes).toString('hex')}: ${String(error)}`);
        }
      }
    }
    expect(wrong, `seed ${SEED}`).toEqual([]);
  },
);
