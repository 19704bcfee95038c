import { realFileSystem, type FileSystem } from '../src/file-system.ts';

/** The calls of the file system that a test can step into. */
export type Call =
  | 'makeFolder'
  | 'list'
  | 'read'
  | 'create'
  | 'rename'
  | 'link'
  | 'remove'
  | 'syncFolder';

/** A system error, as Node makes them. */
export function systemError(code: string, call: string): Error {
  return Object.assign(new Error(`${code}: made up for a test, ${call}`), { code, syscall: call });
}

/** The real file system, of which a test sees every call and into which it can step. */
export interface TestingFileSystem extends FileSystem {
  /** Every call so far, such as `rename sheet.db%2f0`, by the last part of the path it changes. */
  readonly calls: string[];
  /** Runs before each call; what it throws is thrown by the call. */
  before: (call: Call, name: string) => void | Promise<void>;
  /** Runs after each call that succeeded. */
  after: (call: Call, name: string) => void | Promise<void>;
  /** Whether the system's notices of changes are passed on. */
  notices: boolean;
  /** How often a watch has looked at a folder. */
  looks: number;
  /** Whether there is a watch. */
  isWatched(): boolean;
  /** Lets every watch look now, as a notice would. */
  notice(): void;
}

/** Makes one, with nothing in the way. */
export function testingFileSystem(): TestingFileSystem {
  const calls: string[] = [];
  const watches = new Set<() => void>();
  async function through<T>(call: Call, path: string, act: () => Promise<T>): Promise<T> {
    const name = path.slice(path.lastIndexOf('/') + 1);
    calls.push(`${call} ${name}`);
    await fileSystem.before(call, name);
    const result = await act();
    await fileSystem.after(call, name);
    return result;
  }
  const real = realFileSystem;
  const fileSystem: TestingFileSystem = {
    calls,
    before: () => undefined,
    after: () => undefined,
    notices: true,
    looks: 0,
    isWatched: () => watches.size > 0,
    notice: () => {
      for (const onEvent of watches) onEvent();
    },
    makeFolder: (path) => through('makeFolder', path, () => real.makeFolder(path)),
    list: (path) => through('list', path, () => real.list(path)),
    read: (path) => through('read', path, () => real.read(path)),
    create: (path, bytes) => through('create', path, () => real.create(path, bytes)),
    rename: (from, to) => through('rename', to, () => real.rename(from, to)),
    link: (from, to) => through('link', to, () => real.link(from, to)),
    remove: (path) => through('remove', path, () => real.remove(path)),
    syncFolder: (path) => through('syncFolder', path, () => real.syncFolder(path)),
    listNow: (path) => {
      fileSystem.looks += 1;
      return real.listNow(path);
    },
    versionNow: (path) => real.versionNow(path),
    watch: (path, onEvent, onError) => {
      watches.add(onEvent);
      const stop = fileSystem.notices ? real.watch(path, onEvent, onError) : () => undefined;
      return () => {
        watches.delete(onEvent);
        stop();
      };
    },
  };
  return fileSystem;
}
