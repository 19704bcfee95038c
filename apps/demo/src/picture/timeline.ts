import type { ClientSample } from '../client.ts';
import type { RollOutcome } from '../roll.ts';
import { testify, type Outage } from '../witness.ts';

/** What a stretch of a unit's row shows. */
export type SegmentKind = 'old' | 'waiting' | 'down' | 'new';

/** A stretch of a unit's row; times are seconds since the client began. */
interface Segment {
  readonly unit: string;
  readonly kind: SegmentKind;
  readonly from: number;
  readonly to: number;
}

/** A sign in a unit's row; the time is seconds since the client began. */
export interface TimelineMark {
  readonly unit: string;
  readonly what: 'leads' | 'killed' | 'revived';
  readonly at: number;
}

/** What became of a request. */
export type Outcome = ClientSample['outcome'];

/** How many requests ended in one stretch of time; times are seconds since the client began. */
interface Traffic extends Readonly<Record<Outcome, number>> {
  readonly from: number;
  readonly to: number;
}

/** All that is drawn. */
export interface Timeline {
  readonly title: string;
  readonly subtitle: string;
  readonly units: readonly string[];
  /** In seconds since the client began. */
  readonly end: number;
  readonly changedAt: number;
  readonly segments: readonly Segment[];
  readonly marks: readonly TimelineMark[];
  readonly traffic: readonly Traffic[];
}

/** How long a stretch of {@link Traffic} is, in seconds. */
const TRAFFIC_STEP_S = 0.1;

/** What a timeline is made from. */
export interface TimelineSources extends Pick<
  RollOutcome,
  'beganAt' | 'changedAt' | 'endedAt' | 'records' | 'chronicle'
> {
  /** Every request of the client. */
  readonly samples: readonly ClientSample[];
}

/** Lays out a roll: what every unit did when. */
export function layOut(
  sources: TimelineSources,
  wanted: number,
  titles: Pick<Timeline, 'title' | 'subtitle'>,
): Timeline {
  const { beganAt, changedAt, endedAt, records, chronicle, samples } = sources;
  const { services, outages } = testify(records, wanted);
  const seconds = (at: number): number => (at - beganAt) / 1000;
  const end = seconds(endedAt);
  const clip = (unit: string, kind: SegmentKind, from: number, to: number): Segment => ({
    unit,
    kind,
    from: Math.max(0, from),
    to: Math.min(end, to),
  });
  const segments = [
    ...services.map(({ unit, version, from, to }) =>
      clip(unit, version === wanted ? 'new' : 'old', seconds(from), seconds(to ?? endedAt)),
    ),
    ...chronicle.waits.flatMap(({ unit, askedAt }) => {
      const to = waitEnds(unit, askedAt, outages, endedAt);
      return to === undefined ? [] : [clip(unit, 'waiting', seconds(askedAt), seconds(to))];
    }),
    ...outages.map(({ unit, from, to }) =>
      clip(unit, 'down', seconds(from), seconds(to ?? endedAt)),
    ),
  ];
  return {
    ...titles,
    units: [...records.keys()],
    end,
    changedAt: seconds(changedAt),
    segments: segments.filter(({ from, to }) => to > from),
    marks: chronicle.marks.map(({ unit, what, at }) => ({
      unit,
      what,
      at: Math.max(0, seconds(at)),
    })),
    traffic: trafficOf(samples, beganAt, end),
  };
}

/** A unit waits from its request until its server begins to leave; one that asks while its server is down does not. */
function waitEnds(
  unit: string,
  askedAt: number,
  outages: readonly Outage[],
  endedAt: number,
): number | undefined {
  const own = outages.filter((outage) => outage.unit === unit);
  const isDown = own.some(({ from, to }) => from <= askedAt && askedAt < (to ?? endedAt));
  return isDown ? undefined : own.find(({ from }) => from >= askedAt)?.from;
}

function trafficOf(samples: readonly ClientSample[], beganAt: number, end: number): Traffic[] {
  const traffic = Array.from({ length: Math.ceil(end / TRAFFIC_STEP_S) }, (_, index) => ({
    from: index * TRAFFIC_STEP_S,
    to: Math.min(end, (index + 1) * TRAFFIC_STEP_S),
    answered: 0,
    retried: 0,
    failed: 0,
  }));
  for (const { at, outcome } of samples) {
    const slot = traffic[Math.floor((at - beganAt) / 1000 / TRAFFIC_STEP_S)];
    if (slot !== undefined) slot[outcome] += 1;
  }
  return traffic;
}
