/** The figures of a soak, name by name, and what must not have happened, for people. */
export function describeSoak(
  rows: readonly (readonly [name: string, value: string])[],
  violations: readonly string[],
): string {
  const all = [...rows, ['violations', String(violations.length)] as const];
  const width = Math.max(...all.map(([name]) => name.length));
  const lines = all.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  return [...lines, ...violations.map((violation) => `VIOLATION: ${violation}`), ''].join('\n');
}
