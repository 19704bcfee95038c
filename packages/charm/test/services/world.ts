import type { HookInfo } from '@baton/coordinator';
import { MemoryReadinessStore } from '../../src/index.ts';
import type { ServiceRecords, ServiceSystem } from '../../src/index.ts';

/** A hook of this name. */
export function hook(name = 'config-changed'): HookInfo {
  return { name, kind: 'hook' };
}

/** An outside world that writes down what is done to it. */
export class World {
  /** What was done, in order. */
  readonly done: string[] = [];
  /** The services that run. */
  readonly running = new Set<string>();
  /** What of {@link World.done} throws instead, after it was written down. */
  readonly failing = new Set<string>();
  readonly system: Required<ServiceSystem> = {
    services: {
      start: async (service) => {
        await this.do(`start ${service}`);
        this.running.add(service);
      },
      stop: async (service) => {
        await this.do(`stop ${service}`);
        this.running.delete(service);
      },
      restart: async (service) => {
        await this.do(`restart ${service}`);
        this.running.add(service);
      },
      isRunning: async (service) => this.running.has(service),
    },
    ports: {
      open: (port) => this.do(`open ${port}`),
      close: (port) => this.do(`close ${port}`),
    },
    relations: {
      publish: (relation, data) => this.do(`publish ${relation} ${JSON.stringify(data)}`),
    },
  };

  /** Writes something down. */
  async do(what: string): Promise<void> {
    await Promise.resolve();
    this.done.push(what);
    if (this.failing.has(what)) throw new Error(`${what} failed`);
  }

  /** A callback that writes down its name and the service. */
  step(name: string): (service: string) => Promise<void> {
    return (service) => this.do(`${name} ${service}`);
  }

  /** What was done since this was called last. */
  take(): string[] {
    return this.done.splice(0);
  }
}

/** Remembers in memory, and counts how often it was told to. */
export class CountingStore extends MemoryReadinessStore {
  writes = 0;

  override async write(records: ServiceRecords): Promise<void> {
    this.writes += 1;
    await super.write(records);
  }
}
