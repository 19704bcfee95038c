import type { GobSliceType, GobStructType } from './gob-value.ts';

/** The arguments of a hook tool. */
const STRINGS: GobSliceType = { kind: 'slice', name: '[]string', element: 'string' };

/** What precedes a call: `rpc.Request` of Go. */
export const REQUEST_HEADER: GobStructType = {
  kind: 'struct',
  name: 'Request',
  fields: [
    { name: 'ServiceMethod', type: 'string' },
    { name: 'Seq', type: 'uint' },
  ],
};

/** What precedes an answer: `rpc.Response` of Go. */
export const RESPONSE_HEADER: GobStructType = {
  kind: 'struct',
  name: 'Response',
  fields: [
    { name: 'ServiceMethod', type: 'string' },
    { name: 'Seq', type: 'uint' },
    { name: 'Error', type: 'string' },
  ],
};

/** The call of a hook tool. Juju 4 has no Token, and drops one that is sent. */
export const REQUEST: GobStructType = {
  kind: 'struct',
  name: 'Request',
  fields: [
    { name: 'ContextId', type: 'string' },
    { name: 'Dir', type: 'string' },
    { name: 'CommandName', type: 'string' },
    { name: 'Args', type: STRINGS },
    { name: 'StdinSet', type: 'bool' },
    { name: 'Stdin', type: 'bytes' },
    { name: 'Token', type: 'string' },
  ],
};

/** How a hook tool ended. */
export const EXEC_RESPONSE: GobStructType = {
  kind: 'struct',
  name: 'ExecResponse',
  fields: [
    { name: 'Code', type: 'int' },
    { name: 'Stdout', type: 'bytes' },
    { name: 'Stderr', type: 'bytes' },
  ],
};

/** What stands where the answer would, after an error. */
export const INVALID_REQUEST: GobStructType = { kind: 'struct', name: '', fields: [] };
