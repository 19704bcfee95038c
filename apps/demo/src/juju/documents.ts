import {
  compactCodec,
  EMPTY_GRANT_SHEET,
  fromText,
  type GrantSheet,
  type SheetReading,
} from '@baton/coordinator';
import type { Application, JujuSeries } from '@baton/juju-sim';

/** The name that the store's documents are kept by. */
const KEY = 'baton';

/** The grant sheet of an application on a simulated Juju, as it is committed. */
export function grantsOf(application: Application, juju: JujuSeries): GrantSheet {
  const bag = juju === '3.6' ? application.leaderSettings : application.applicationBag;
  const text = bag.get(KEY);
  return text === undefined ? EMPTY_GRANT_SHEET : compactCodec.decodeGrantSheet(fromText(text));
}

/** The request sheet of a unit of it, as it is committed. */
export function sheetOf(application: Application, unit: string): SheetReading {
  const text = application.databag(unit).get(KEY);
  return text === undefined
    ? { state: 'absent' }
    : { state: 'present', sheet: compactCodec.decodeRequestSheet(fromText(text)) };
}
