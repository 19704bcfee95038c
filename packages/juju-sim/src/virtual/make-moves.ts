import type { Move } from './move.ts';
import type { VirtualApplication } from './virtual-application.ts';
import { whenDrained } from './when-drained.ts';

/**
 * Makes moves one after another, each when everything stands still after the one before, until there is none. The time
 * of who makes millions of them goes into promises, so there is one for all and not one for each.
 *
 * @param next - chooses the next move; `undefined` ends it
 * @param refused - told of a move that could not be made
 * @throws {Violation} where an observer sees one; what `next` throws
 */
export function makeMoves(
  application: VirtualApplication,
  next: () => Move | undefined,
  refused: () => void = () => undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const goOn = (): void => {
      try {
        application.throwDefect();
        for (let move = next(); move !== undefined; move = next()) {
          if (!application.make(move)) refused();
          if (!application.goesOn) continue;
          whenDrained(goOn);
          return;
        }
        resolve();
      } catch (error) {
        reject(error);
      }
    };
    goOn();
  });
}
