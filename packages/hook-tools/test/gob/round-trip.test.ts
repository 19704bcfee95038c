import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  GobError,
  GobReader,
  GobWriter,
  JUJUC_METHOD,
  JujucClient,
  JujucServer,
  type GobSliceType,
  type GobStruct,
  type GobStructType,
  type GobType,
  type GobValue,
} from '../../src/gob/index.ts';

const POINT: GobStructType = {
  kind: 'struct',
  name: 'Point',
  fields: [
    { name: 'X', type: 'int' },
    { name: 'Y', type: 'uint' },
  ],
};
const POINTS: GobSliceType = { kind: 'slice', name: '[]Point', element: POINT };
const FLAGS: GobSliceType = { kind: 'slice', name: '[]bool', element: 'bool' };
const ALL: GobStructType = {
  kind: 'struct',
  name: 'All',
  fields: [
    { name: 'Flag', type: 'bool' },
    { name: 'Int', type: 'int' },
    { name: 'Uint', type: 'uint' },
    { name: 'Text', type: 'string' },
    { name: 'Bytes', type: 'bytes' },
    { name: 'Flags', type: FLAGS },
    { name: 'Points', type: POINTS },
    { name: 'Where', type: POINT },
  ],
};

const struct = (fields: Readonly<Record<string, GobValue>>): GobStruct =>
  new Map(Object.entries(fields));

/** What is sent of a value: not the fields that are zero. */
function sent(value: GobValue): GobValue {
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return (value as readonly GobValue[]).map(sent);
  if (!(value instanceof Map)) return value;
  const fields = [...(value as GobStruct)].map(([name, each]) => [name, sent(each)] as const);
  return new Map(
    fields.filter(([, each]) => {
      if (each instanceof Uint8Array || Array.isArray(each)) return each.length > 0;
      return each !== false && each !== 0n && each !== '';
    }),
  );
}

const text = fc.string({ unit: 'binary' });
const point = fc
  .record({
    X: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    Y: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  })
  .map(struct);
const all = fc
  .record(
    {
      Flag: fc.boolean(),
      Int: fc.oneof(
        fc.bigInt({ min: -300n, max: 300n }),
        fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n),
      ),
      Uint: fc.oneof(fc.bigInt({ min: 0n, max: 70_000n }), fc.constant(2n ** 64n - 1n)),
      Text: text,
      Bytes: fc.uint8Array(),
      Flags: fc.array(fc.boolean()),
      Points: fc.array(point),
      Where: point,
    },
    { requiredKeys: [] },
  )
  .map((fields) => struct(fields as Record<string, GobValue>));

it('reads what it writes, in whatever pieces', () => {
  fc.assert(
    fc.property(
      fc.array(all, { minLength: 1 }),
      fc.integer({ min: 1, max: 300 }),
      (values, size) => {
        const writer = new GobWriter();
        const reader = new GobReader();
        const bytes = Buffer.concat(values.map((value) => writer.write([ALL, value])));
        const read: GobValue[] = [];
        for (let start = 0; start < bytes.length; start += size) {
          reader.push(bytes.subarray(start, start + size));
          for (let next = reader.next(); next !== undefined; next = reader.next()) {
            expect(next.typeName).toBe('All');
            read.push(next.value);
          }
        }
        reader.end();
        expect(read).toEqual(values.map(sent));
      },
    ),
    { seed: 4, numRuns: 300 },
  );
});

it('carries every call and answer', () => {
  fc.assert(
    fc.property(
      fc.record({
        contextId: text,
        dir: text,
        commandName: text,
        args: fc.array(text),
        stdin: fc.option(fc.uint8Array(), { nil: undefined }),
        token: text,
      }),
      fc.record({ code: fc.integer(), stdout: fc.uint8Array(), stderr: fc.uint8Array() }),
      fc.maxSafeNat(),
      (request, reply, seq) => {
        const client = new JujucClient();
        const server = new JujucServer();
        server.push(client.request(seq, request));
        const call = server.next();
        expect(call).toEqual({ method: JUJUC_METHOD, seq, request });
        client.push(server.reply({ method: JUJUC_METHOD, seq }, reply));
        expect(client.next()).toEqual({ seq, error: '', reply });
        client.push(server.refuse({ method: JUJUC_METHOD, seq }, 'no'));
        expect(client.next()).toEqual({ seq, error: 'no', reply: undefined });
        client.end();
        server.end();
      },
    ),
    { seed: 4, numRuns: 300 },
  );
});

it('carries 16 MB of standard input that comes in small pieces', () => {
  const stdin = new Uint8Array(16 * 1024 * 1024).fill(7);
  const bytes = new JujucClient().request(0, {
    contextId: 'x',
    dir: '/',
    commandName: 'relation-set',
    args: [],
    stdin,
  });
  const server = new JujucServer();
  for (let start = 0; start < bytes.length; start += 65_536) {
    expect(server.next()).toBeUndefined();
    server.push(bytes.subarray(start, start + 65_536));
  }
  expect(Buffer.compare(server.next()?.request.stdin ?? Buffer.alloc(0), stdin)).toBe(0);
});

it('gives bytes that later messages do not change', () => {
  const client = new JujucClient();
  const server = new JujucServer();
  const request = { contextId: '', dir: '', commandName: '', args: [] };
  const stdin = Uint8Array.of(1, 2, 3);
  const chunk = client.request(0, { ...request, stdin });
  server.push(chunk);
  const call = server.next();
  chunk.fill(0);
  for (let seq = 1; seq < 50; seq++) {
    server.push(client.request(seq, { ...request, stdin: new Uint8Array(100) }));
    expect(server.next()?.seq).toBe(seq);
  }
  expect(call?.request.stdin).toEqual(stdin);
});

it('takes a request without the fields that a version of Juju does not have', () => {
  const old: GobStructType = {
    kind: 'struct',
    name: 'Request',
    fields: [
      { name: 'CommandName', type: 'string' },
      { name: 'Later', type: 'string' },
    ],
  };
  const header: GobStructType = {
    kind: 'struct',
    name: 'Request',
    fields: [{ name: 'ServiceMethod', type: 'string' }],
  };
  const server = new JujucServer();
  server.push(
    new GobWriter({ firstTypeId: 100 }).write(
      [header, struct({ ServiceMethod: 'Other.Method' })],
      [old, struct({ CommandName: 'is-leader', Later: 'x' })],
    ),
  );
  expect(server.next()).toEqual({
    method: 'Other.Method',
    seq: 0,
    request: {
      contextId: '',
      dir: '',
      commandName: 'is-leader',
      args: [],
      stdin: undefined,
      token: '',
    },
  });
});

it.each<readonly [name: string, value: GobValue]>([
  ['Flag', 1n],
  ['Int', 'x'],
  ['Int', 2n ** 63n],
  ['Uint', -1n],
  ['Text', true],
  ['Text', '\u{d800}'],
  ['Bytes', 'x'],
  ['Flags', 'x'],
  ['Flags', ['x']],
  ['Where', 'x'],
  ['Else', 'x'],
])('refuses a field %s that is %s, and goes on as if it had not been', (name, value) => {
  const writer = new GobWriter();
  const write = (fields: Readonly<Record<string, GobValue>>): Uint8Array =>
    writer.write([ALL, struct(fields)]);
  const error = (() => {
    try {
      return write({ Flag: true, [name]: value });
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(GobError.is(error, 'NOT_ENCODABLE')).toBe(true);
  expect(GobError.is(error, 'MALFORMED')).toBe(false);
  const reader = new GobReader();
  reader.push(write({ Flag: true }));
  expect(reader.next()?.value).toEqual(struct({ Flag: true }));
});

it('refuses numbers of calls, codes and reasons that cannot be', () => {
  const client = new JujucClient();
  const request = { contextId: '', dir: '', commandName: '', args: [] };
  for (const seq of [-1, 0.5, Number.NaN, 2 ** 53]) {
    expect(() => client.request(seq, request)).toThrow(GobError);
  }
  const server = new JujucServer();
  const call = { method: JUJUC_METHOD, seq: 0 };
  const nothing = new Uint8Array();
  expect(() => server.reply(call, { code: 0.5, stdout: nothing, stderr: nothing })).toThrow(
    GobError,
  );
  expect(() => server.refuse(call, '')).toThrow(GobError);
  expect(() => new GobWriter({ firstTypeId: 1 })).toThrow(RangeError);
  expect(GobError.is(undefined)).toBe(false);
});

function typeOf(given: GobValue): GobType {
  if (typeof given === 'bigint') return 'int';
  return Array.isArray(given) ? { kind: 'slice', name: '', element: 'int' } : 'string';
}

it.each([
  ['Request', 'ContextId', 1n],
  ['Request', 'Args', 'x'],
  ['Request', 'Args', [1n]],
  ['Request', 'StdinSet', 'x'],
  ['header', 'Seq', 2n ** 60n],
] as const)('refuses a %s whose %s is another thing', (where, name, value) => {
  const type: GobStructType = { kind: 'struct', name: '', fields: [{ name, type: typeOf(value) }] };
  const empty: GobStructType = { kind: 'struct', name: '', fields: [] };
  const given = [type, struct({ [name]: value })] as const;
  const other = [empty, struct({})] as const;
  const server = new JujucServer();
  const writer = new GobWriter();
  server.push(where === 'header' ? writer.write(given, other) : writer.write(other, given));
  expect(() => server.next()).toThrow(GobError);
});

it('refuses a message that is no struct where net/rpc has one', () => {
  // A text on its own: its type 6, a zero, and the text.
  const server = new JujucServer();
  server.push(Uint8Array.of(4, 12, 0, 1, 120));
  expect(() => server.next()).toThrow('string');
});
