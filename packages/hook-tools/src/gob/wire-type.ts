import type { GobStructType, GobSliceType } from './gob-value.ts';

/** The ids that every Go program gives to these types. */
export const BASIC_IDS: Readonly<Record<'bool' | 'int' | 'uint' | 'bytes' | 'string', number>> = {
  bool: 1,
  int: 2,
  uint: 3,
  bytes: 5,
  string: 6,
};

/** The first id that a program may give to a type of its own; below are those that Go itself has. */
export const FIRST_FREE_ID: number = 64;

/** What no value is sent of by net/rpc: arrays, maps, and types that write themselves. */
export const UNREAD: GobStructType = { kind: 'struct', name: 'unread', fields: [] };

/** What a definition begins with. */
const COMMON: GobStructType = {
  kind: 'struct',
  name: 'CommonType',
  fields: [
    { name: 'Name', type: 'string' },
    { name: 'Id', type: 'int' },
  ],
};

const FIELD: GobStructType = {
  kind: 'struct',
  name: 'fieldType',
  fields: [
    { name: 'Name', type: 'string' },
    { name: 'Id', type: 'int' },
  ],
};

const FIELDS: GobSliceType = { kind: 'slice', name: '[]*gob.fieldType', element: FIELD };

const SLICE: GobStructType = {
  kind: 'struct',
  name: 'sliceType',
  fields: [
    { name: 'CommonType', type: COMMON },
    { name: 'Elem', type: 'int' },
  ],
};

const STRUCT: GobStructType = {
  kind: 'struct',
  name: 'structType',
  fields: [
    { name: 'CommonType', type: COMMON },
    { name: 'Field', type: FIELDS },
  ],
};

/** How a type is defined: the field that is sent says of which kind it is. */
export const WIRE_TYPE: GobStructType = {
  kind: 'struct',
  name: 'wireType',
  fields: [
    { name: 'ArrayT', type: UNREAD },
    { name: 'SliceT', type: SLICE },
    { name: 'StructT', type: STRUCT },
    { name: 'MapT', type: UNREAD },
    { name: 'GobEncoderT', type: UNREAD },
    { name: 'BinaryMarshalerT', type: UNREAD },
    { name: 'TextMarshalerT', type: UNREAD },
  ],
};
