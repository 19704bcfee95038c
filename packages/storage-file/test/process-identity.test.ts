import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { expect, test, vi } from 'vitest';

import {
  identifyThisProcess,
  stateOfProcess,
  type ProcessIdentity,
  type System,
} from '../src/process-identity.ts';
import { atEnd, newDirectory } from './places.ts';
import { systemError } from './testing-file-system.ts';

const BOOT = '0A1B2C3D';
const STARTED = 'Wed Nov 25 12:00:00 2026';

/** Puts programs before all others of their names while the test runs. */
function install(programs: Readonly<Record<string, string>>): void {
  const directory = newDirectory();
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(directory, name), 0o755);
  }
  vi.stubEnv('PATH', `${directory}${delimiter}${process.env['PATH'] ?? ''}`);
  atEnd(() => vi.unstubAllEnvs());
}

/** The programs of a Mac by which processes are told apart; `ps` answers, or runs `otherwise`. */
function installMac(status: string, otherwise?: string): void {
  install({
    sysctl: `[ "$*" = "-n kern.bootsessionuuid" ] && echo ${BOOT}`,
    // The words depend on the language and the time zone, so that two processes would not agree on them.
    ps:
      otherwise ??
      `case "$LC_ALL $TZ $*" in
        "C UTC -o stat= -o lstart= -p "*) echo "${status}   ${STARTED}" ;;
        *) exit 2 ;;
      esac`,
  });
}

const MAC: System = { platform: 'darwin', proc: '/nowhere' };

const onMac: ProcessIdentity = {
  pid: process.pid,
  started: STARTED,
  boot: BOOT,
  pidNamespace: 'none',
};

/** The process that started this one: another one, which lives as long. */
const OTHER = process.ppid;
const otherOnMac: ProcessIdentity = { ...onMac, pid: OTHER };

test('on a Mac a process is known by the boot session and by when ps says that it started', async () => {
  installMac('Ss+');
  expect(await identifyThisProcess(MAC)).toEqual(onMac);
  expect(await stateOfProcess(otherOnMac, onMac, MAC)).toBe('alive');
  expect(await stateOfProcess({ ...otherOnMac, started: 'earlier' }, onMac, MAC)).toBe('gone');
});

test('on a Mac a process that has ended and waits for its parent is gone', async () => {
  installMac('Z');
  expect(await stateOfProcess(otherOnMac, onMac, MAC)).toBe('gone');
});

test('on a Mac a process that ends before ps looks is gone', async () => {
  installMac('', 'exit 1');
  expect(await stateOfProcess(otherOnMac, onMac, MAC)).toBe('gone');
});

test('on a Mac nobody is taken for dead because ps does not work', async () => {
  installMac('', 'exit 3');
  await expect(stateOfProcess(otherOnMac, onMac, MAC)).rejects.toMatchObject({ code: 3 });
});

test('on a Mac a process that ps does not know cannot say who it is', async () => {
  installMac('', 'exit 1');
  await expect(identifyThisProcess(MAC)).rejects.toThrow(`ps does not know process ${process.pid}`);
});

const onLinux: ProcessIdentity = {
  pid: process.pid,
  started: '4711',
  boot: BOOT,
  pidNamespace: 'pid:[1]',
};
const otherOnLinux: ProcessIdentity = { ...onLinux, pid: OTHER };

/** A Linux whose `/proc` shows this of a process, and so many of its threads. */
function linuxShowing(pid: number | 'self', stat: string, threads: number): System {
  const proc = newDirectory();
  mkdirSync(join(proc, String(pid)));
  writeFileSync(join(proc, String(pid), 'stat'), stat);
  for (let thread = 1; thread <= threads; thread += 1) {
    mkdirSync(join(proc, String(pid), 'task', String(thread)), { recursive: true });
  }
  return { platform: 'linux', proc };
}

/** A line of `/proc/<pid>/stat`; the name of the program may look like the fields that follow it. */
function statLine(state: string, started: string): string {
  const between = Array.from({ length: 18 }, () => '0').join(' ');
  return `${OTHER} (a) Z 1) ${state} ${between} ${started} 0 0\n`;
}

test.each([
  ['runs', 'S', '4711', 1, 'alive'],
  ['was started at another time', 'S', '4712', 1, 'gone'],
  ['has ended and waits for its parent', 'Z', '4711', 1, 'gone'],
  ['is being taken away', 'X', '4711', 1, 'gone'],
  ['was killed while one of its threads still writes', 'Z', '4711', 2, 'alive'],
] as const)(
  'on Linux a process that %s is told by /proc',
  async (_what, state, at, threads, is) => {
    const linux = linuxShowing(OTHER, statLine(state, at), threads);
    expect(await stateOfProcess(otherOnLinux, onLinux, linux)).toBe(is);
  },
);

test('a process that /proc hides counts as alive while its id is in use', async () => {
  const hiding: System = { platform: 'linux', proc: newDirectory() };
  expect(await stateOfProcess(otherOnLinux, onLinux, hiding)).toBe('alive');
});

test('a process that ends just before /proc is asked is gone', async () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValueOnce(true);
  atEnd(() => kill.mockRestore());
  kill.mockImplementationOnce(() => {
    throw systemError('ESRCH', 'kill');
  });
  const linux: System = { platform: 'linux', proc: newDirectory() };
  expect(await stateOfProcess(otherOnLinux, onLinux, linux)).toBe('gone');
});

test('a process of another user, which may not be asked, counts as alive', async () => {
  const kill = vi.spyOn(process, 'kill').mockImplementationOnce(() => {
    throw systemError('EPERM', 'kill');
  });
  atEnd(() => kill.mockRestore());
  const linux = linuxShowing(OTHER, statLine('S', '4711'), 1);
  expect(await stateOfProcess(otherOnLinux, onLinux, linux)).toBe('alive');
});

test('nobody is taken for dead because the system answers with something else', async () => {
  const unreadable: System = { platform: 'linux', proc: newDirectory() };
  writeFileSync(join(unreadable.proc, String(OTHER)), '');
  await expect(stateOfProcess(otherOnLinux, onLinux, unreadable)).rejects.toThrow('ENOTDIR');
  const strange = linuxShowing(OTHER, `${OTHER} (a) S 1\n`, 1);
  await expect(stateOfProcess(otherOnLinux, onLinux, strange)).rejects.toThrow('not a line of');
  const kill = vi.spyOn(process, 'kill').mockImplementationOnce(() => {
    throw systemError('EINVAL', 'kill');
  });
  atEnd(() => kill.mockRestore());
  await expect(stateOfProcess(otherOnLinux, onLinux, strange)).rejects.toThrow('EINVAL');
});

test('where /proc belongs to another pid namespace, the directory is refused with the remedy', async () => {
  const foreign = linuxShowing('self', statLine('S', '4711'), 1);
  await expect(identifyThisProcess(foreign)).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringContaining('mount /proc of this namespace'),
  });
});
