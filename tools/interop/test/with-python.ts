import { describe, inject, test } from 'vitest';

/**
 * Describes what needs the Python packages. Without them it is reported as skipped, with the reason; where
 * `CI` is set, it fails.
 *
 * @param body gets the folder of the virtual environment
 */
export function describeWithPython(name: string, body: (python: string) => void): void {
  const python = inject('python');
  // oxlint-disable-next-line vitest/valid-title -- the caller gives it
  describe(name, () => {
    // oxlint-disable-next-line vitest/no-conditional-tests -- one of them runs
    if (python.ready) body(python.folder);
    else
      // oxlint-disable-next-line vitest/expect-expect -- it says what is missing
      test('needs Python', (context) => {
        if (process.env['CI'] === 'true') throw new Error(python.why);
        context.skip(python.why);
      });
  });
}
