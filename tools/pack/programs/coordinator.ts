import {
  CodecError,
  compactCodec,
  explainLock,
  parseLockName,
  parseTicket,
  parseUnitName,
  serial,
  toText,
  type GrantSheet,
} from '@baton/coordinator';

const lock = parseLockName('restart');
const grants: GrantSheet = new Map([
  [lock, new Map([[parseUnitName('db/0'), parseTicket(1_767_225_600_000_000)]])],
]);
const bytes = compactCodec.encodeGrantSheet(grants);
console.log(toText(bytes));
console.log(compactCodec.decodeGrantSheet(bytes).get(lock)?.size);
const { holders } = explainLock({ lock, grants, policy: serial(), now: 1_767_225_600_000_000 });
console.log(holders.map(({ unit }) => unit).join());
try {
  compactCodec.decodeGrantSheet(bytes.subarray(0, -1));
} catch (error) {
  if (!CodecError.is(error)) throw error;
  console.log(error.code);
}
