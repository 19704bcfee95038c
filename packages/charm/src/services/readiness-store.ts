/** What is remembered of a service from one hook to the next. */
export interface ServiceRecord {
  /** Whether its `dataReady` and `start` callbacks have run since its required data was last missing. */
  readonly ready: boolean;
  /** The ports that were opened for it, as text with a protocol. */
  readonly ports: readonly string[];
}

/** What is remembered of all services, by their names. */
export type ServiceRecords = ReadonlyMap<string, ServiceRecord>;

/**
 * Keeps what is remembered of the services of one unit between hooks. A service manager reads before it writes,
 * and writes only what changed.
 */
export interface ReadinessStore {
  /** What was written last; empty where nothing was. It rejects where it cannot tell. */
  read(): Promise<ServiceRecords>;
  /** Replaces all of it, or rejects and leaves what was there. */
  write(records: ServiceRecords): Promise<void>;
}

/** Remembers in memory, for tests and for charms whose process lives on from hook to hook. */
export class MemoryReadinessStore implements ReadinessStore {
  #records: ServiceRecords = new Map();

  /** What was written last. */
  async read(): Promise<ServiceRecords> {
    return this.#records;
  }

  /** Replaces all of it. */
  async write(records: ServiceRecords): Promise<void> {
    this.#records = new Map(records);
  }
}
