/** One line of the table: something measured, next to what it is compared with in the same run. */
export interface Figure {
  /** What was measured. */
  readonly name: string;
  /** How long it took: a median, in milliseconds. */
  readonly ms: number;
  /** What it is compared with. */
  readonly against: string;
  /** How long that took: a median, in milliseconds. */
  readonly againstMs: number;
  /** How the two are compared. */
  readonly compared: 'ratio' | 'difference';
  /** The quotient of the two, or their difference in milliseconds. */
  readonly value: number;
  /** The largest value allowed, where there is a limit. */
  readonly limit?: number;
  /** Whether the value is within the limit; absent where there is none. */
  readonly met?: boolean;
  /** What a reader should know besides. */
  readonly note?: string;
}

/** Makes a figure from two medians. */
export function figure(
  given: Pick<Figure, 'name' | 'ms' | 'against' | 'againstMs' | 'compared' | 'limit' | 'note'>,
): Figure {
  const { ms, againstMs, compared, limit } = given;
  const value = compared === 'ratio' ? ms / againstMs : ms - againstMs;
  return limit === undefined ? { ...given, value } : { ...given, value, met: value <= limit };
}
