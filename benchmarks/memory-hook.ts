import { compactCodec, Serial, type Codec } from '@baton/coordinator';
import { MemoryCluster } from '@baton/storage-memory';

import { figure, type Figure } from './figure.ts';
import { medians } from './measure.ts';
import { quiet } from './quiet.ts';

const UNITS = 10;
const ROUNDS = 300;
const WARM_UP_ROUNDS = 300;
/** A hook takes less than the clock tells apart well, so several are timed at once. */
const HOOKS_PER_ROUND = 10;

/**
 * What a hook costs without a disk: the leader of ten units acquires a lock, works and gives it back; next to
 * what its codec alone takes for the same documents.
 */
export async function memoryHookFigures(): Promise<readonly Figure[]> {
  const calls: (() => unknown)[] = [];
  const recording = { on: false };
  const cluster = new MemoryCluster({ codec: recordingCodec(calls, recording) });
  const [leader, ...others] = Array.from({ length: UNITS }, (_, number) => {
    const unit = `app/${number}`;
    return new Serial({ store: cluster.store(unit), logger: quiet });
  });
  if (leader === undefined) throw new Error('there is no leader to measure');
  cluster.elect('app/0');
  for (const other of others) await hook(other);
  await hook(leader);
  recording.on = true;
  await hook(leader);
  recording.on = false;

  const acts = [
    async (): Promise<void> => {
      for (let count = 0; count < HOOKS_PER_ROUND; count += 1) await hook(leader);
    },
    (): void => {
      for (let count = 0; count < HOOKS_PER_ROUND; count += 1) for (const call of calls) call();
    },
  ];
  await medians(WARM_UP_ROUNDS, acts);
  const [hooksMs = Number.NaN, codecMs = Number.NaN] = await medians(ROUNDS, acts);
  return [
    figure({
      name: `a hook in memory that acquires, works and releases, leader of ${UNITS}`,
      ms: hooksMs / HOOKS_PER_ROUND,
      against: `its ${calls.length} codec calls alone`,
      againstMs: codecMs / HOOKS_PER_ROUND,
      compared: 'ratio',
    }),
  ];
}

async function hook(serial: Serial): Promise<void> {
  await serial.run(async () => {
    await serial.acquire('restart');
    return { charmRan: true };
  });
}

/** The compact codec, which notes while `recording.on` what was asked of it, to do it again. */
function recordingCodec(calls: (() => unknown)[], recording: { readonly on: boolean }): Codec {
  const note =
    <Argument, Result>(act: (argument: Argument) => Result) =>
    (argument: Argument): Result => {
      if (recording.on) {
        // What was written may be reused by the one who asked.
        const kept = argument instanceof Uint8Array ? structuredClone(argument) : argument;
        calls.push(() => act(kept));
      }
      return act(argument);
    };
  return {
    name: compactCodec.name,
    encodeRequestSheet: note((sheet) => compactCodec.encodeRequestSheet(sheet)),
    decodeRequestSheet: note((bytes) => compactCodec.decodeRequestSheet(bytes)),
    encodeGrantSheet: note((sheet) => compactCodec.encodeGrantSheet(sheet)),
    decodeGrantSheet: note((bytes) => compactCodec.decodeGrantSheet(bytes)),
  };
}
