import type { ServerEvent } from './workload/server-events.ts';

/** A stretch of time in which a unit's server was out of service, in milliseconds since the epoch. */
export interface Outage {
  readonly unit: string;
  /** When the server began to leave. */
  readonly from: number;
  /** When one answered again; undefined where none did. */
  readonly to: number | undefined;
}

/** A stretch of time in which a unit's server answered, with which configuration. */
interface Service {
  readonly unit: string;
  readonly version: number;
  readonly from: number;
  readonly to: number | undefined;
}

/** What the servers' own records say of a roll. */
export interface Testimony {
  readonly services: readonly Service[];
  readonly outages: readonly Outage[];
  /** The most servers out of service at any one time. */
  readonly mostDown: number;
  /** The units in the order in which they first served the wanted version. */
  readonly order: readonly string[];
  /** How often each unit's server was started with the wanted version, those left out that never were. */
  readonly restarts: ReadonlyMap<string, number>;
}

/**
 * Reads the servers' own records, which know nothing of locks.
 *
 * @param records each unit's events, the oldest first
 * @param wanted the configuration that every unit should come to serve
 */
export function testify(
  records: ReadonlyMap<string, readonly ServerEvent[]>,
  wanted: number,
): Testimony {
  const services: Service[] = [];
  const outages: Outage[] = [];
  const firsts: { readonly unit: string; readonly at: number }[] = [];
  const restarts = new Map<string, number>();
  for (const [unit, events] of records) {
    services.push(...servicesOf(unit, events));
    outages.push(...outagesOf(unit, events));
    const starts = events.filter((e) => e.event === 'listening' && e.version === wanted);
    if (starts[0] === undefined) continue;
    firsts.push({ unit, at: starts[0].at });
    restarts.set(unit, starts.length);
  }
  firsts.sort((a, b) => a.at - b.at);
  return {
    services,
    outages,
    mostDown: mostAtOnce(outages),
    order: firsts.map(({ unit }) => unit),
    restarts,
  };
}

/** The most outages that overlap; one that ends at the instant another begins does not overlap it. */
export function mostAtOnce(outages: readonly Outage[]): number {
  const changes = outages.flatMap(({ from, to }) => [
    { at: from, by: 1 },
    { at: to ?? Infinity, by: -1 },
  ]);
  changes.sort((a, b) => a.at - b.at || a.by - b.by);
  let now = 0;
  let most = 0;
  for (const { by } of changes) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

function servicesOf(unit: string, events: readonly ServerEvent[]): Service[] {
  const services: Service[] = [];
  events.forEach((event, index) => {
    if (event.event !== 'listening') return;
    services.push({ unit, version: event.version, from: event.at, to: events[index + 1]?.at });
  });
  return services;
}

/** Before its first start a server is not out of service: nobody was sent to it yet. */
function outagesOf(unit: string, events: readonly ServerEvent[]): Outage[] {
  const outages: Outage[] = [];
  events.forEach((event, index) => {
    if (event.event !== 'closing') return;
    outages.push({ unit, from: event.at, to: events[index + 1]?.at });
  });
  return outages;
}
