import { ByteCursor, malformed } from './byte-cursor.ts';
import { GobError } from './gob-error.ts';
import type { GobLimits } from './gob-limits.ts';
import type { GobMessage, GobStruct, GobType, GobValue } from './gob-value.ts';
import { BASIC_IDS, FIRST_FREE_ID, UNREAD, WIRE_TYPE } from './wire-type.ts';

/** A field of a struct that is read. */
interface ReadField {
  readonly name: string;
  readonly id: number;
}

/** A type that is read. What it is made of is named by id, and may be defined later. */
type ReadType =
  | {
      readonly kind: 'bool' | 'int' | 'uint' | 'bytes' | 'string' | 'unread';
      readonly name: string;
    }
  | { readonly kind: 'slice'; readonly name: string; readonly element: number }
  | { readonly kind: 'struct'; readonly name: string; readonly fields: readonly ReadField[] };

/** One message while it is read. */
interface Reading {
  readonly cursor: ByteCursor;
  /** How many more values it may have. */
  valuesLeft: number;
}

/** Reads whole messages, and remembers the types that were defined. */
export class MessageDecoder {
  readonly #limits: GobLimits;
  readonly #types = new Map<number, ReadType>();
  readonly #wireType: number;
  #defined = 0;
  #nextOwnId = -1;

  constructor(limits: GobLimits) {
    this.#limits = limits;
    for (const kind of ['bool', 'int', 'uint', 'bytes', 'string'] as const) {
      this.#types.set(BASIC_IDS[kind], { kind, name: kind });
    }
    this.#wireType = this.#register(WIRE_TYPE);
  }

  /** The value of a message; undefined for one that defines a type. */
  decode(bytes: Buffer): GobMessage | undefined {
    const reading: Reading = { cursor: new ByteCursor(bytes), valuesLeft: this.#limits.valuesMax };
    const id = reading.cursor.int();
    const message = id < 0n ? this.#define(toId(-id), reading) : this.#message(toId(id), reading);
    if (reading.cursor.left > 0)
      throw malformed(`${reading.cursor.left} bytes too many in a message`);
    return message;
  }

  /** Makes a type that definitions are written in readable; a peer cannot name it, for its id is negative. */
  #register(type: GobType): number {
    if (typeof type === 'string') return BASIC_IDS[type];
    const id = this.#nextOwnId--;
    const { name } = type;
    if (type === UNREAD) this.#types.set(id, { kind: 'unread', name });
    else if (type.kind === 'slice') {
      this.#types.set(id, { kind: 'slice', name, element: this.#register(type.element) });
    } else {
      const fields = type.fields.map((field) => ({
        name: field.name,
        id: this.#register(field.type),
      }));
      this.#types.set(id, { kind: 'struct', name, fields });
    }
    return id;
  }

  #define(id: number, reading: Reading): undefined {
    if (id < FIRST_FREE_ID) throw malformed(`a definition of type ${id}, which is Go's own`);
    if (this.#types.has(id)) throw malformed(`a second definition of type ${id}`);
    if (++this.#defined > this.#limits.typesMax) {
      throw new GobError('TOO_LARGE', `More than ${this.#limits.typesMax} types were defined.`);
    }
    this.#types.set(id, toReadType(this.#read(this.#wireType, reading, 0)));
  }

  #message(id: number, reading: Reading): GobMessage {
    const type = this.#find(id);
    // A value that is no struct has a zero before it.
    if (type.kind !== 'struct' && reading.cursor.uint() !== 0n) {
      throw malformed(`a value of type ${id} without the zero before it`);
    }
    return { typeName: type.name, value: this.#read(id, reading, 0) };
  }

  #find(id: number): ReadType {
    const type = this.#types.get(id);
    if (type !== undefined) return type;
    if (id >= FIRST_FREE_ID) throw malformed(`a value of type ${id}, which was not defined`);
    throw unsupported(`type ${id} of Go`);
  }

  #read(id: number, reading: Reading, depth: number): GobValue {
    const { cursor } = reading;
    const type = this.#find(id);
    if (--reading.valuesLeft < 0) {
      throw new GobError('TOO_LARGE', `A message has more than ${this.#limits.valuesMax} values.`);
    }
    if (depth > this.#limits.depthMax) {
      throw new GobError('TOO_LARGE', `Values lie more than ${this.#limits.depthMax} deep.`);
    }
    switch (type.kind) {
      case 'bool':
        return cursor.uint() !== 0n;
      case 'int':
        return cursor.int();
      case 'uint':
        return cursor.uint();
      case 'bytes':
        return cursor.bytes();
      case 'string':
        return cursor.text();
      case 'slice': {
        const elements: GobValue[] = [];
        for (let left = cursor.count(); left > 0; left--) {
          elements.push(this.#read(type.element, reading, depth + 1));
        }
        return elements;
      }
      case 'struct':
        return this.#readFields(type.fields, reading, depth);
      case 'unread':
        throw unsupported('an array, a map, or a type that writes itself');
      default:
        return type satisfies never;
    }
  }

  #readFields(fields: readonly ReadField[], reading: Reading, depth: number): GobStruct {
    const struct = new Map<string, GobValue>();
    let index = -1;
    for (;;) {
      const delta = reading.cursor.uint();
      if (delta === 0n) return struct;
      const field = delta > fields.length ? undefined : fields[(index += Number(delta))];
      if (field === undefined) throw malformed('a field that the type does not have');
      struct.set(field.name, this.#read(field.id, reading, depth + 1));
    }
  }
}

/** What a definition says. */
function toReadType(definition: GobValue): ReadType {
  const slice = fieldOf(definition, 'SliceT');
  const struct = fieldOf(definition, 'StructT');
  const name = nameIn(fieldOf(slice ?? struct, 'CommonType'));
  if (slice !== undefined) return { kind: 'slice', name, element: idIn(slice, 'Elem') };
  if (struct === undefined) throw malformed('a definition of nothing');
  const fields = fieldOf(struct, 'Field') ?? [];
  if (!Array.isArray(fields)) throw malformed('fields that are no list');
  // `Array.isArray` of a read-only array gives any[]; it is one of GobValue by the type of `fields`.
  const each = fields as readonly GobValue[];
  return {
    kind: 'struct',
    name,
    fields: each.map((field) => ({ name: nameIn(field), id: idIn(field, 'Id') })),
  };
}

function fieldOf(struct: GobValue | undefined, name: string): GobValue | undefined {
  return struct instanceof Map ? (struct as GobStruct).get(name) : undefined;
}

function nameIn(struct: GobValue | undefined): string {
  const name = fieldOf(struct, 'Name') ?? '';
  if (typeof name !== 'string') throw malformed('a name that is no text');
  return name;
}

function idIn(struct: GobValue, field: string): number {
  const id = fieldOf(struct, field);
  if (typeof id !== 'bigint' || id <= 0n) throw malformed('a type made of one without an id');
  return toId(id);
}

function toId(id: bigint): number {
  if (id > 0x7fff_ffffn) throw malformed(`a type of id ${id}`);
  return Number(id);
}

function unsupported(what: string): GobError {
  return new GobError(
    'UNSUPPORTED',
    `A value or definition of ${what} came; booleans, whole numbers, text, bytes, lists and structs are read.`,
  );
}
