import type { ReadinessStore, ServiceRecord, ServiceRecords } from './readiness-store.ts';

/** What is known of a service that nothing is remembered of. */
const NOTHING: ServiceRecord = { ready: false, ports: [] };

/** What a service manager remembers: read once a hook, and written at each change. */
export class ServiceMemory {
  readonly #store: ReadinessStore;
  #records: ServiceRecords | undefined;

  /** Remembers in `store`, and reads it when it is first asked. */
  constructor(store: ReadinessStore) {
    this.#store = store;
  }

  /** Reads the store anew, since another process may have run hooks meanwhile. */
  async refresh(): Promise<void> {
    this.#records = await this.#store.read();
  }

  /** Everything that is remembered. */
  async all(): Promise<ServiceRecords> {
    this.#records ??= await this.#store.read();
    return this.#records;
  }

  /** What is remembered of one service. */
  async recall(service: string): Promise<ServiceRecord> {
    return (await this.all()).get(service) ?? NOTHING;
  }

  /** The ports that were opened for other services than this one. */
  async portsOfOthers(service: string): Promise<ReadonlySet<string>> {
    const others = [...(await this.all())].filter(([name]) => name !== service);
    return new Set(others.flatMap(([, { ports }]) => ports));
  }

  /** Remembers this of a service, and writes it if it is new. */
  async remember(service: string, record: ServiceRecord): Promise<void> {
    if (same(await this.recall(service), record)) return;
    const records = new Map(await this.all());
    if (same(record, NOTHING)) records.delete(service);
    else records.set(service, record);
    await this.#store.write(records);
    this.#records = records;
  }

  /** Forgets a service. */
  async forget(service: string): Promise<void> {
    await this.remember(service, NOTHING);
  }
}

function same(one: ServiceRecord, other: ServiceRecord): boolean {
  return (
    one.ready === other.ready &&
    one.ports.length === other.ports.length &&
    one.ports.every((port, index) => port === other.ports[index])
  );
}
