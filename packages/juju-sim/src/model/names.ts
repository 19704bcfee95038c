/** A unit's name, `<application>/<number>`. */
export type UnitName = string;

/** The application that a unit belongs to. */
export function applicationOf(unit: UnitName): string {
  return unit.slice(0, Math.max(0, unit.lastIndexOf('/')));
}

/** The number behind the slash of a unit's name. */
export function numberOf(unit: UnitName): number {
  return Number(unit.slice(unit.lastIndexOf('/') + 1));
}

/** Whether a text has the form of a unit's name. */
export function isUnitName(text: string): boolean {
  return /^[a-z][a-z0-9]*(-[a-z0-9]*[a-z][a-z0-9]*)*\/(0|[1-9][0-9]*)$/.test(text);
}
