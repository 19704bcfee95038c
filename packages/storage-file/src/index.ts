export { FileLockStore } from './file-lock-store.ts';
export type { FileLockStoreOptions } from './file-lock-store.ts';
export type { Format } from './format.ts';
export { inspectDirectory } from './inspect.ts';
export type { ProcessState } from './process-identity.ts';
export type {
  DirectoryProblem,
  DirectorySnapshot,
  InspectOptions,
  ServingProcess,
} from './inspect.ts';
