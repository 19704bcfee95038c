const LENGTH_MAX = 60;

/** A value as a message shows it: quoted, and only its beginning where it is long. */
export function shorten(value: string): string {
  return value.length <= LENGTH_MAX
    ? JSON.stringify(value)
    : `${JSON.stringify(value.slice(0, LENGTH_MAX))}…`;
}
