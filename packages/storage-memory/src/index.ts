export { MemoryCluster } from './memory-cluster.ts';
export type {
  AddUnitOptions,
  ClusterInspection,
  JoinOptions,
  MemoryClusterOptions,
} from './memory-cluster.ts';
export { MemoryLockStore } from './memory-lock-store.ts';
export type { MemoryLockStoreOptions } from './memory-lock-store.ts';
