import { join } from 'node:path';

import type { UnitName } from '@baton/coordinator';
import { inspectDirectory } from '@baton/storage-file';

import type { Figures } from './figures.ts';
import { largestSize, measure, temporaryFiles } from './growth.ts';
import { auditJournal, readJournal } from './journal.ts';
import { fileNameOf, type Places } from './places.ts';
import { insideOf } from './witness.ts';

/** What is seen once all processes have ended. */
export type Conclusion = Omit<Figures, 'seed' | 'seconds' | 'kills' | 'retriedHooks' | 'sizeEarly'>;

/**
 * Looks at what the processes have left. Where something had gone wrong before, they were ended in the middle
 * of it, and what they left says no more.
 */
export async function conclude(
  places: Places,
  units: readonly UnitName[],
  before: readonly string[],
): Promise<Conclusion> {
  const audits = units.map((unit) => {
    const journal = readJournal(join(places.journals, fileNameOf(unit)));
    return { unit, ...auditJournal(unit, journal) };
  });
  const servedByUnit = Object.fromEntries(audits.map(({ unit, served }) => [unit, served]));
  const violations = [...before];
  if (before.length === 0) {
    violations.push(...audits.flatMap((audit) => audit.violations));
    violations.push(...(await wrongWithWhatIsLeft(places, units.length)));
  }
  return {
    rounds: audits.reduce((sum, { served }) => sum + served, 0),
    repeated: audits.reduce((sum, { repeated }) => sum + repeated, 0),
    servedByUnit,
    sizeAtEnd: measure(places.locks),
    sizeMax: largestSize(units.length),
    temporaryFiles: temporaryFiles(places.locks).length,
    violations,
  };
}

async function wrongWithWhatIsLeft({ locks, witness }: Places, units: number): Promise<string[]> {
  const wrong: string[] = [];
  const temporary = temporaryFiles(locks);
  if (temporary.length > 0) wrong.push(`temporary files are left: ${temporary.join(', ')}`);
  const [size, largest] = [measure(locks), largestSize(units)];
  if (size.files > largest.files) wrong.push(`the directory has grown to ${size.files} files`);
  if (size.bytes > largest.bytes) wrong.push(`the directory has grown to ${size.bytes} bytes`);
  const inside = insideOf(witness);
  if (inside !== undefined) wrong.push(`${inside.unit} is still inside the operation`);
  const { problems, sheets } = await inspectDirectory(locks);
  for (const { message } of problems) wrong.push(message);
  for (const [unit, reading] of sheets) {
    const open = reading.state === 'present' ? reading.sheet.requests.size : 0;
    if (open > 0) wrong.push(`${unit} waits, and all processes have ended`);
  }
  return wrong;
}
