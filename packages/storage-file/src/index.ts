export { FileLockStore } from './file-lock-store.ts';
export type { FileLockStoreOptions } from './file-lock-store.ts';
export { inspectDirectory } from './inspect.ts';
export type {
  DirectoryProblem,
  DirectorySnapshot,
  InspectOptions,
  ServingProcess,
} from './inspect.ts';
