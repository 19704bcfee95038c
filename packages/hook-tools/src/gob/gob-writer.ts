import { ByteWriter } from './byte-writer.ts';
import { GobError } from './gob-error.ts';
import type { GobSliceType, GobStruct, GobStructType, GobType, GobValue } from './gob-value.ts';
import { BASIC_IDS, FIRST_FREE_ID, WIRE_TYPE } from './wire-type.ts';

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Writes the values of one connection as Go's gob: the definition of each type before its first value. Send the
 * bytes of all its calls, in order, over one connection.
 */
export class GobWriter {
  readonly #ids = new Map<GobType, number>();
  #nextId: number;

  /** The ids of types are the writer's choice: from `firstTypeId` on, one after the other; at least 64. */
  constructor({ firstTypeId = FIRST_FREE_ID + 1 }: { readonly firstTypeId?: number } = {}) {
    if (!Number.isInteger(firstTypeId) || firstTypeId < FIRST_FREE_ID) {
      throw new RangeError(
        `firstTypeId is ${firstTypeId}; it is a whole number from ${FIRST_FREE_ID} on.`,
      );
    }
    this.#nextId = firstTypeId;
  }

  /**
   * Writes structs, and the definitions that are new on this connection. A field that a struct does not have is
   * not sent, and neither is one that is zero: the reader takes it for zero.
   *
   * @throws {GobError} `NOT_ENCODABLE` for what does not fit its type; nothing counts as written then
   */
  write(...messages: readonly (readonly [type: GobStructType, value: GobStruct])[]): Uint8Array {
    // A definition that was never sent must not be taken for known: all values are written first.
    const bodies = messages.map(([type, value]) => {
      const body = new ByteWriter();
      writeStruct(body, type, value, type.name);
      return [type, body.finish()] as const;
    });
    const out = new ByteWriter();
    for (const [type, body] of bodies) {
      this.#define(out, type);
      writeMessage(out, this.#idOf(type), body);
    }
    return out.finish();
  }

  /** Sends the definitions that are new: a type's own first, then those of what it is made of. */
  #define(out: ByteWriter, type: GobType): void {
    const added = this.#number(type);
    for (const each of added) {
      const body = new ByteWriter();
      const id = this.#idOf(each);
      writeStruct(body, WIRE_TYPE, this.#definition(each, id), 'a definition');
      writeMessage(out, -id, body.finish());
    }
  }

  /** All that a type is made of has an id before its definition goes out, since that names them. */
  #number(type: GobType): (GobSliceType | GobStructType)[] {
    if (typeof type === 'string' || this.#ids.has(type)) return [];
    this.#ids.set(type, this.#nextId++);
    return [type, ...partsOf(type).flatMap((part) => this.#number(part))];
  }

  #definition(type: GobSliceType | GobStructType, id: number): GobStruct {
    const common: GobStruct = new Map<string, GobValue>([
      ['Name', type.name],
      ['Id', BigInt(id)],
    ]);
    if (type.kind === 'slice') {
      const element = BigInt(this.#idOf(type.element));
      const slice: GobStruct = new Map<string, GobValue>([
        ['CommonType', common],
        ['Elem', element],
      ]);
      return new Map([['SliceT', slice]]);
    }
    const fields = type.fields.map(
      (field): GobStruct =>
        new Map<string, GobValue>([
          ['Name', field.name],
          ['Id', BigInt(this.#idOf(field.type))],
        ]),
    );
    const struct: GobStruct = new Map<string, GobValue>([
      ['CommonType', common],
      ['Field', fields],
    ]);
    return new Map([['StructT', struct]]);
  }

  #idOf(type: GobType): number {
    if (typeof type === 'string') return BASIC_IDS[type];
    const id = this.#ids.get(type);
    if (id === undefined)
      throw new Error(`the type ${type.name} has no id: a mistake in GobWriter`);
    return id;
  }
}

function partsOf(type: GobSliceType | GobStructType): readonly GobType[] {
  return type.kind === 'slice' ? [type.element] : type.fields.map((field) => field.type);
}

function writeMessage(out: ByteWriter, id: number, body: Uint8Array): void {
  const idBytes = new ByteWriter();
  idBytes.int(id);
  const head = idBytes.finish();
  out.uint(head.length + body.length);
  out.raw(head);
  out.raw(body);
}

function writeStruct(out: ByteWriter, type: GobStructType, value: GobValue, path: string): void {
  if (!(value instanceof Map)) throw mismatch(path, 'a struct');
  // `instanceof` of a read-only map gives a Map of any; it is one of GobValue by the type of `value`.
  const fields: GobStruct = value as GobStruct;
  let known = 0;
  let last = -1;
  for (const [index, field] of type.fields.entries()) {
    const given = fields.get(field.name);
    if (given !== undefined) known++;
    if (given === undefined || isZero(given)) continue;
    out.uint(index - last);
    last = index;
    writeValue(out, field.type, given, `${path}.${field.name}`);
  }
  if (known !== fields.size) {
    const names = type.fields.map((field) => field.name).join(', ');
    throw new GobError(
      'NOT_ENCODABLE',
      `${path} has fields that its type has not; the type has: ${names}.`,
    );
  }
  out.uint(0);
}

/** What Go does not send as a field. A struct is always sent. */
function isZero(value: GobValue): boolean {
  if (value instanceof Uint8Array || Array.isArray(value)) return value.length === 0;
  return value === false || value === 0n || value === '';
}

function writeValue(out: ByteWriter, type: GobType, value: GobValue, path: string): void {
  if (type === 'bool') {
    if (typeof value !== 'boolean') throw mismatch(path, 'a boolean');
    out.uint(value ? 1 : 0);
  } else if (type === 'int' || type === 'uint') {
    if (typeof value !== 'bigint') throw mismatch(path, 'a bigint');
    if (type === 'int') out.int(value);
    else out.uint(value);
  } else if (type === 'bytes') {
    if (!(value instanceof Uint8Array)) throw mismatch(path, 'bytes');
    out.bytes(value);
  } else if (type === 'string') {
    if (typeof value !== 'string' || LONE_SURROGATE.test(value)) {
      throw mismatch(path, 'text without half of a surrogate pair');
    }
    out.bytes(Buffer.from(value, 'utf8'));
  } else if (type.kind === 'slice') {
    writeSlice(out, type, value, path);
  } else {
    writeStruct(out, type, value, path);
  }
}

function writeSlice(out: ByteWriter, type: GobSliceType, value: GobValue, path: string): void {
  if (!Array.isArray(value)) throw mismatch(path, 'a list');
  // `Array.isArray` of a read-only array gives any[]; it is one of GobValue by the type of `value`.
  const elements = value as readonly GobValue[];
  out.uint(elements.length);
  for (const [index, element] of elements.entries()) {
    writeValue(out, type.element, element, `${path}[${index}]`);
  }
}

function mismatch(path: string, what: string): GobError {
  return new GobError('NOT_ENCODABLE', `${path} must be ${what}.`);
}
