import type { ExecFileException } from 'node:child_process';
import { ServiceError } from './service-error.ts';
import type { ServiceControl } from './service-system.ts';

/** How systemd's tool ended. */
interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `is-active` prints of a service that has a process, or is about to. */
const RUNNING: ReadonlySet<string> = new Set([
  'active',
  'reloading',
  'refreshing',
  'activating',
  'deactivating',
  'maintenance',
]);
/** What it prints of one that has none; of one that is not installed it is one of these too. */
const DOWN: ReadonlySet<string> = new Set(['inactive', 'failed', 'unknown']);

/** Letters that a unit's name may have: others are refused, since `*` would mean every service. */
const UNIT_NAME = /^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]*$/;

/**
 * Starts and stops the services of systemd by `systemctl`, which is looked for on the `PATH`. It waits as long
 * as systemd does.
 *
 * Each of its methods throws {@link ServiceError}: `SYSTEMCTL_MISSING` where there is no such program,
 * `SYSTEMCTL_FAILED` where it fails, with what it said, and `INVALID_SERVICE` for what is no name of a unit.
 */
export function systemd(): ServiceControl {
  return {
    start: (service) => command('start', service),
    stop: (service) => command('stop', service),
    restart: (service) => command('restart', service),
    isRunning,
  };
}

async function command(verb: string, service: string): Promise<void> {
  const ended = await systemctl(verb, service);
  if (ended.exitCode !== 0) throw failed(verb, service, ended);
}

async function isRunning(service: string): Promise<boolean> {
  const ended = await systemctl('is-active', service);
  const state = ended.stdout.trim();
  if (RUNNING.has(state)) return true;
  if (DOWN.has(state)) return false;
  throw failed('is-active', service, ended);
}

async function systemctl(verb: string, service: string): Promise<Ended> {
  if (!UNIT_NAME.test(service)) {
    throw new ServiceError(
      'INVALID_SERVICE',
      `systemctl ${verb} was to run for ${JSON.stringify(service)}, which is no name of a systemd unit; define ` +
        'the service with its name there.',
      { service },
    );
  }
  // Loaded when it is needed: every hook pays for what its program loads.
  const { execFile } = process.getBuiltinModule('node:child_process');
  return await new Promise((resolve, reject) => {
    execFile('systemctl', [verb, service], (error, stdout, stderr) => {
      if (error === null) resolve({ exitCode: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ exitCode: error.code, stdout, stderr });
      else reject(notRun(verb, service, error));
    });
  });
}

/** It could not be started, or was ended from outside. */
function notRun(verb: string, service: string, error: ExecFileException): ServiceError {
  const details = { cause: error, service };
  if (error.code === 'ENOENT' || error.code === 'EACCES') {
    return new ServiceError(
      'SYSTEMCTL_MISSING',
      `systemctl ${verb} ${service} could not be run (${error.code}): there is no such program on the PATH; ` +
        'run the charm where systemd is, or give system.services.',
      details,
    );
  }
  return new ServiceError(
    'SYSTEMCTL_FAILED',
    `systemctl ${verb} ${service} was ended before it was done: ${error.message}`,
    details,
  );
}

function failed(verb: string, service: string, ended: Ended): ServiceError {
  const said = (ended.stderr.trim() || ended.stdout.trim() || 'it said nothing').replaceAll(
    /\s*\n\s*/g,
    ' ',
  );
  return new ServiceError(
    'SYSTEMCTL_FAILED',
    `systemctl ${verb} ${service} failed with exit code ${ended.exitCode}: ${said}; ` +
      `\`systemctl status ${service}\` and \`journalctl -u ${service}\` say more.`,
    { service },
  );
}
