/** Something that knows by itself whether the data a service needs is there. */
export interface ReadinessCheck {
  /** Whether the data is there; asked once in every hook. */
  isReady(): boolean | Promise<boolean>;
}

/**
 * Data that is there when it is not empty: `undefined`, `null`, `false`, `0`, `NaN`, empty text, and an array,
 * Map, Set or plain object with nothing in it say that it is not.
 */
export type RequiredValue =
  | Readonly<Record<string, unknown>>
  | readonly unknown[]
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | string
  | number
  | boolean
  | null
  | undefined;

/**
 * Something without which a service cannot run: an object with the method `isReady`; a function that gives
 * the data or a promise of it, and is called in every hook; or the data itself. What a function gives is
 * there when it is not empty, as with {@link RequiredValue}; other objects are there.
 */
export type RequiredData = ReadinessCheck | (() => unknown) | RequiredValue;

/** Whether all of it is there; asked one after the other, up to the first that is not. */
export async function isAllReady(items: readonly RequiredData[]): Promise<boolean> {
  for (const item of items) {
    if (!(await isItemReady(item))) return false;
  }
  return true;
}

async function isItemReady(item: RequiredData): Promise<boolean> {
  if (isCheck(item)) return await item.isReady();
  const value: unknown = typeof item === 'function' ? item() : item;
  return !isEmpty(await value);
}

function isCheck(item: RequiredData): item is ReadinessCheck {
  return (
    typeof item === 'object' &&
    item !== null &&
    'isReady' in item &&
    typeof item.isReady === 'function'
  );
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return !value;
  if (Array.isArray(value)) return value.length === 0;
  if (value instanceof Map || value instanceof Set) return value.size === 0;
  return isPlain(value) && Object.keys(value).length === 0;
}

/** An instance of a class may keep its data where its keys do not show it. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
