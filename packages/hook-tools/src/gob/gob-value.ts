/** A value of gob: what Go calls bool, int and uint, string, []byte, a slice, and a struct. */
export type GobValue = boolean | bigint | string | Uint8Array | readonly GobValue[] | GobStruct;

/** The fields of a struct that were sent, by name. Go does not send a field that is zero. */
export interface GobStruct extends ReadonlyMap<string, GobValue> {}

/** What a {@link GobReader} gives: a value, and what Go calls its type (empty for one without a name). */
export interface GobMessage {
  readonly typeName: string;
  readonly value: GobValue;
}

/** A type to write values of. Each object is a type of its own, and defined once on a connection. */
export type GobType = 'bool' | 'int' | 'uint' | 'bytes' | 'string' | GobSliceType | GobStructType;

/** A slice type. */
export interface GobSliceType {
  readonly kind: 'slice';
  /** What Go calls it, as in `[]string`. */
  readonly name: string;
  readonly element: GobType;
}

/** A struct type. */
export interface GobStructType {
  readonly kind: 'struct';
  /** What Go calls it, as in `Request`. */
  readonly name: string;
  /** Its fields, in the order of Go's declaration. */
  readonly fields: readonly { readonly name: string; readonly type: GobType }[];
}
