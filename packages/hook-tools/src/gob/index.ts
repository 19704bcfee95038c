export { GobError } from './gob-error.ts';
export type { GobErrorCode } from './gob-error.ts';
export { DEFAULT_GOB_LIMITS } from './gob-limits.ts';
export type { GobLimits } from './gob-limits.ts';
export { GobReader } from './gob-reader.ts';
export type {
  GobMessage,
  GobSliceType,
  GobStruct,
  GobStructType,
  GobType,
  GobValue,
} from './gob-value.ts';
export { GobWriter } from './gob-writer.ts';
export { JUJUC_METHOD, STDIN_REQUIRED } from './jujuc-call.ts';
export type { JujucReply, JujucRequest } from './jujuc-call.ts';
export { JujucClient } from './jujuc-client.ts';
export type { JujucAnswer } from './jujuc-client.ts';
export { JujucServer } from './jujuc-server.ts';
export type { JujucCall } from './jujuc-server.ts';
