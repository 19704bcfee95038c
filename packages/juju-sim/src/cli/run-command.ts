import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { startApplication, type Application, type ApplicationOptions } from '../application.ts';
import { killByEnvironment } from '../driver/processes.ts';
import { SimError } from '../driver/sim-error.ts';
import { isListening } from './control-client.ts';
import type { ApplicationStatus } from '../status.ts';
import { ControlServer } from './control-server.ts';
import { LivePicture } from './live-picture.ts';
import type { Output } from './output.ts';
import { counts, isShown, logLine, statusText } from './text.ts';

/** How an application is run in the foreground. */
export interface RunOptions extends Omit<
  ApplicationOptions,
  'folder' | 'onLog' | 'onChange' | 'tools'
> {
  readonly folder: string;
  readonly untilSettled: boolean;
  /** The longest that `untilSettled` may take, in ms of the wall's clock. */
  readonly timeoutMs: number | undefined;
  readonly json: boolean;
}

/** The socket by which others speak to the application that runs in a folder. */
export function controlPath(folder: string): string {
  return join(resolve(folder), 'control.socket');
}

/** Runs an application until it settles, if that is asked for, or until somebody stops it. */
export async function runApplication(options: RunOptions, output: Output): Promise<void> {
  const { json, timeoutMs } = options;
  const folder = await prepareFolder(options.folder);
  const signals = new Signals();
  const live = json ? undefined : output.terminal;
  let picture: LivePicture | undefined;
  const application = await startApplication({
    ...options,
    folder,
    onChange: () => picture?.changed(),
    onLog: (entry) => {
      if (json) output.out(JSON.stringify(entry));
      else if (live === undefined && isShown(entry)) output.out(logLine(entry));
    },
  });
  if (live !== undefined) picture = new LivePicture(live, () => statusText(application.status()));
  let control: ControlServer | undefined;
  try {
    control = await ControlServer.open(controlPath(folder), application, () => signals.stop());
    const settled = application.settled(timeoutMs === undefined ? {} : { timeoutMs });
    const end = options.untilSettled
      ? settled.then(() => 'settled' as const)
      : failureOf(application);
    settled.catch(() => undefined);
    const ended = await Promise.race([end, signals.stopped]);
    const status = application.status();
    await application.stop();
    report(status, ended, options, output, picture);
    if (options.untilSettled && ended !== 'settled')
      throw new SimError('it was stopped before it settled.');
  } finally {
    await application.stop();
    await control?.close();
    await rm(controlPath(folder), { force: true });
    // Not before: a second Ctrl-C must not end this while there are processes.
    signals.close();
  }
}

function report(
  status: ApplicationStatus,
  ended: 'settled' | 'stopped',
  { json }: RunOptions,
  output: Output,
  picture: LivePicture | undefined,
): void {
  if (json) output.out(JSON.stringify({ ended, ...status }));
  else if (picture !== undefined) picture.now();
  else output.out(statusText(status));
  if (!json) output.out(`${ended}: ${counts(status)}`);
}

/** Rejects when the application fails; never resolves. */
function failureOf(application: Application): Promise<never> {
  return application.until(() => false).then(() => new Promise<never>(() => undefined));
}

/** A folder for a run: what an earlier run left in it is removed, processes and files. */
async function prepareFolder(path: string): Promise<string> {
  const folder = resolve(path);
  await mkdir(folder, { recursive: true });
  const entries = await readdir(folder);
  if (entries.length > 0 && !entries.includes('juju-sim'))
    throw new SimError(
      `${folder} has other files in it. Choose a folder for the run that is empty or not there, with --folder.`,
    );
  if (await isListening(controlPath(folder)))
    throw new SimError(
      `an application runs in ${folder} already. Stop it with juju-sim stop, or choose another --folder.`,
    );
  await killByEnvironment(`JUJU_AGENT_SOCKET_ADDRESS=${folder}/`);
  for (const entry of entries)
    if (/^(unit-.*-\d+|tools|control\.socket)$/.test(entry))
      await rm(join(folder, entry), { recursive: true, force: true });
  await writeFile(join(folder, 'juju-sim'), 'A folder of juju-sim: each run makes it anew.\n');
  await writeFile(join(folder, '.gitignore'), '*\n');
  return folder;
}

/** Ctrl-C and its like, as a promise. */
class Signals {
  readonly stopped: Promise<'stopped'>;
  readonly #names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  #stop: () => void = () => undefined;

  constructor() {
    this.stopped = new Promise((stopped) => {
      this.#stop = () => stopped('stopped');
    });
    for (const name of this.#names) process.on(name, this.#stop);
  }

  stop(): void {
    this.#stop();
  }

  close(): void {
    for (const name of this.#names) process.off(name, this.#stop);
  }
}
