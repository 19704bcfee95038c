/** A value of gob: what Go calls bool, int and uint, string, []byte, a slice, and a struct. */
export type GobValue = boolean | bigint | string | Uint8Array | readonly GobValue[] | GobStruct;

/** The fields of a struct that were sent, by name. Go does not send a field that is zero. */
export interface GobStruct extends ReadonlyMap<string, GobValue> {}

/** What a {@link GobReader} gives: one value of the stream, with its type. */
export interface GobMessage {
  /** What Go calls the type; empty for one without a name. */
  readonly typeName: string;
  /** What was sent. */
  readonly value: GobValue;
}

/** A type to write values of. Each object is a type of its own, and defined once on a connection. */
export type GobType = 'bool' | 'int' | 'uint' | 'bytes' | 'string' | GobSliceType | GobStructType;

/** A slice type. */
export interface GobSliceType {
  /** Tells it from a {@link GobStructType}. */
  readonly kind: 'slice';
  /** What Go calls it, as in `[]string`. */
  readonly name: string;
  /** The type of each of its elements. */
  readonly element: GobType;
}

/** A struct type. */
export interface GobStructType {
  /** Tells it from a {@link GobSliceType}. */
  readonly kind: 'struct';
  /** What Go calls it, as in `Request`. */
  readonly name: string;
  /** Its fields, in the order of Go's declaration. */
  readonly fields: readonly {
    /** What Go calls the field, as in `CommandName`; the key in a {@link GobStruct}. */
    readonly name: string;
    /** What its values are. */
    readonly type: GobType;
  }[];
}
