import { access } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

import {
  CoordinatorError,
  compactCodec,
  LockStoreError,
  parseLockName,
  parseUnitName,
  serial,
  type LockName,
  type Policy,
  type UnitName,
} from '@baton/coordinator';
import { Command, CommanderError, InvalidArgumentError } from 'commander';

import { diskError, errnoOf } from '../disk-error.ts';
import { escapeName } from '../escape.ts';
import { realFileSystem } from '../file-system.ts';
import { Folder } from '../folder.ts';
import { checkFormat, readFormat } from '../format.ts';
import { inspectDirectory } from '../inspect.ts';
import { checkKey } from '../key.ts';
import { leaveForUnit } from '../leave-for-unit.ts';
import { setDocumentAside, setGrantsAside } from '../set-aside.ts';
import { parsePolicy } from './policy-option.ts';
import { statusJson, statusOf, statusText } from './status.ts';

/** Where the command writes, a line or several at a time, without the last line feed. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Runs one command; resolves to its exit code: 0, 1 where it could not be done, 2 for wrong arguments. */
export async function runCli(args: readonly string[], output: Output): Promise<number> {
  try {
    await program(output).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!LockStoreError.is(error)) throw error;
    output.err(`baton-files: ${error.message}`);
    return 1;
  }
}

function program(output: Output): Command {
  const command = new Command('baton-files')
    .description('Looks at a directory that Baton units share, and mends it.')
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: (text) => output.out(text.trimEnd()),
      writeErr: (text) => output.err(text.trimEnd().replace(/^error:/, 'baton-files:')),
    })
    .helpCommand(false)
    .argument('[command]')
    .action((name: string | undefined) => {
      const expected = 'expected status, set-aside or leave; see --help';
      command.error(
        `error: ${name === undefined ? 'no command' : `no command ${name}`}: ${expected}`,
      );
    });
  addStatus(command, output);
  addSetAside(command, output);
  addLeave(command, output);
  return command;
}

interface StatusOptions {
  readonly key: string;
  readonly lock?: LockName;
  readonly policy?: Policy;
  readonly json?: boolean;
}

function addStatus(command: Command, { out }: Output): void {
  command
    .command('status')
    .description(
      'Prints who leads, who holds each lock, who waits and why, and what cannot be read.',
    )
    .argument('<dir>', 'the directory that the units share')
    .option('--key <key>', 'the name the documents are kept by', parseKey, 'baton')
    .option('--lock <name>', 'only this lock', parseLock)
    .option('--policy <policy>', 'what the units use: serial, limit=N or limit=N%', parsePolicy)
    .option('--json', 'prints JSON')
    .action(async (directory: string, { key, lock, policy, json }: StatusOptions) => {
      await mustHaveJoined(directory, key);
      const snapshot = await inspectDirectory(directory, { key });
      const status = statusOf(snapshot, policy ?? serial(), Date.now() * 1000, lock);
      out(json === true ? JSON.stringify(statusJson(status), null, 2) : statusText(status));
    });
}

interface SetAsideOptions {
  readonly key: string;
  readonly grants?: boolean;
  readonly force?: boolean;
}

function addSetAside(command: Command, { out }: Output): void {
  const own = command
    .command('set-aside')
    .description('Moves a document that cannot be read out of the way. Nothing is deleted.')
    .argument('<dir>', 'the directory that the units share')
    .argument('[file]', 'the file, as `status` names it')
    .option('--key <key>', 'the name the documents are kept by', parseKey, 'baton')
    .option('--grants', 'the grant sheet')
    .option('--force', 'also a sheet that can be read')
    .action(async (directory: string, file: string | undefined, options: SetAsideOptions) => {
      const { key, grants = false, force = false } = options;
      if (grants === (file !== undefined)) own.error('error: expected either a file or --grants');
      const folder = await folderOf(directory, key);
      const moved =
        file === undefined
          ? await setGrantsAside(folder, compactCodec, force)
          : await setDocumentAside(folder, compactCodec, basename(file), force);
      const kept =
        moved.to === undefined ? `emptied ${moved.from}` : `moved ${moved.from} to ${moved.to}`;
      out(`${kept}\n${moved.consequence}`);
    });
}

function addLeave(command: Command, { out }: Output): void {
  command
    .command('leave')
    .description('Ends the membership of a unit whose process has ended: its locks go to others.')
    .argument('<dir>', 'the directory that the units share')
    .argument('<unit>', 'the unit, such as db/2', parseUnit)
    .option('--key <key>', 'the name the documents are kept by', parseKey, 'baton')
    .option('--force', 'also when its process was in another container')
    .action(
      async (
        directory: string,
        unit: UnitName,
        { key, force = false }: { readonly key: string; readonly force?: boolean },
      ) => {
        const folder = await folderOf(directory, key, unit);
        await leaveForUnit(folder, unit, force);
        out(`${unit} has left ${folder.path}; what it held goes to others`);
      },
    );
}

/** The folder of a key that is there, in the format that this program knows. */
async function folderOf(directory: string, key: string, writer = 'baton-files'): Promise<Folder> {
  const path = await mustHaveJoined(directory, key);
  const folder = new Folder(path, realFileSystem, writer);
  const format = await readFormat(folder);
  if (format !== undefined) checkFormat(format, compactCodec.name, folder);
  return folder;
}

async function mustHaveJoined(directory: string, key: string): Promise<string> {
  const top = resolve(directory);
  const path = join(top, escapeName(key));
  await mustExist(top, `there is no directory ${top}`);
  await mustExist(path, `no unit has joined ${top} under the key ${JSON.stringify(key)}`);
  return path;
}

async function mustExist(path: string, message: string): Promise<void> {
  try {
    await access(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw diskError(error, 'look for', path);
    throw new LockStoreError('UNAVAILABLE', message, { path });
  }
}

function parseKey(text: string): string {
  return asArgument(() => checkKey(text));
}

function parseLock(text: string): LockName {
  return asArgument(() => parseLockName(text));
}

function parseUnit(text: string): UnitName {
  return asArgument(() => parseUnitName(text));
}

function asArgument<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!LockStoreError.is(error) && !CoordinatorError.is(error)) throw error;
    throw new InvalidArgumentError(error.message);
  }
}
