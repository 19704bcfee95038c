import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import {
  compactCodec,
  decodeGrantForms,
  decodeRequestForms,
  encodeGrantForms,
  encodeRequestForms,
  fromText,
  toText,
  type GrantSheet,
  type RequestSheet,
} from '@baton/coordinator';

import { bytesOf, grantSheet, hexOf, refusal, requestSheet } from './documents.ts';

interface PlainRequests {
  readonly lastTicket: number;
  readonly requests: readonly (readonly [string, number])[];
  readonly labels: readonly (readonly [string, string])[];
  readonly nonce: number;
  readonly fromStash: boolean;
}

type PlainGrants = readonly (readonly [string, readonly (readonly [string, number])[]])[];

interface Vector<Document> {
  readonly name: string;
  readonly document: Document;
  readonly hex: string;
  readonly text: string;
}

interface BesideVector<Document> extends Vector<Document> {
  readonly charmhelpers: string;
}

type OfKind =
  | { readonly kind: 'request sheet'; readonly document: PlainRequests }
  | { readonly kind: 'grant sheet'; readonly document: PlainGrants };

interface Refused {
  readonly kind: OfKind['kind'];
  readonly name: string;
  readonly code: string;
}

interface Vectors {
  readonly requestSheets: readonly Vector<PlainRequests>[];
  readonly grantSheets: readonly Vector<PlainGrants>[];
  readonly besideCharmhelpers: {
    readonly requestSheets: readonly BesideVector<PlainRequests>[];
    readonly grantSheets: readonly BesideVector<PlainGrants>[];
  };
  readonly alsoRead: readonly (OfKind & { readonly name: string; readonly hex: string })[];
  readonly refused: readonly (Refused & { readonly hex: string })[];
  readonly refusedText: readonly (Omit<Refused, 'kind'> & { readonly text: string })[];
  readonly refusedCharmhelpers: readonly (Refused & { readonly charmhelpers: string })[];
}

const path = new URL('../../../../docs/reference/wire-vectors.json', import.meta.url);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the file is part of this repository
const vectors = JSON.parse(readFileSync(path, 'utf8')) as Vectors;

function requestsOf({ requests, labels, ...rest }: PlainRequests): RequestSheet {
  const { lastTicket, nonce, fromStash } = rest;
  return requestSheet(lastTicket, Object.fromEntries(requests), {
    labels: new Map(labels),
    nonce,
    fromStash,
  });
}

function grantsOf(plain: PlainGrants): GrantSheet {
  return grantSheet(...plain.map(([lock, units]) => [lock, Object.fromEntries(units)] as const));
}

function decode({ kind, hex }: { readonly kind: OfKind['kind']; readonly hex: string }): unknown {
  const bytes = bytesOf(hex);
  return kind === 'request sheet'
    ? compactCodec.decodeRequestSheet(bytes)
    : compactCodec.decodeGrantSheet(bytes);
}

describe('the compact form of a request sheet', () => {
  test.each(vectors.requestSheets)('$name', ({ document, hex, text }) => {
    const sheet = requestsOf(document);
    expect(hexOf(compactCodec.encodeRequestSheet(sheet))).toBe(hex);
    expect(compactCodec.decodeRequestSheet(bytesOf(hex))).toEqual(sheet);
    expect(toText(bytesOf(hex))).toBe(text);
    expect(hexOf(fromText(text))).toBe(hex);
  });
});

describe('the compact form of a grant sheet', () => {
  test.each(vectors.grantSheets)('$name', ({ document, hex, text }) => {
    const sheet = grantsOf(document);
    expect(hexOf(compactCodec.encodeGrantSheet(sheet))).toBe(hex);
    expect(compactCodec.decodeGrantSheet(bytesOf(hex))).toEqual(sheet);
    expect(toText(bytesOf(hex))).toBe(text);
    expect(hexOf(fromText(text))).toBe(hex);
  });
});

describe('both forms of a request sheet, side by side', () => {
  test.each(vectors.besideCharmhelpers.requestSheets)('$name', (vector) => {
    const document = requestsOf(vector.document);
    const written = encodeRequestForms(document);
    expect(written.charmhelpers).toBe(vector.charmhelpers);
    expect(hexOf(written.compact)).toBe(vector.hex);
    const found = { compact: bytesOf(vector.hex), charmhelpers: vector.charmhelpers };
    expect(decodeRequestForms(found)).toEqual({ document, writtenBy: 'baton', inStep: true });
  });
});

describe('both forms of a grant sheet, side by side', () => {
  test.each(vectors.besideCharmhelpers.grantSheets)('$name', (vector) => {
    const document = grantsOf(vector.document);
    const written = encodeGrantForms(document);
    expect(written.charmhelpers).toBe(vector.charmhelpers);
    expect(hexOf(written.compact)).toBe(vector.hex);
    const found = { compact: bytesOf(vector.hex), charmhelpers: vector.charmhelpers };
    expect(decodeGrantForms(found)).toEqual({ document, writtenBy: 'baton', inStep: true });
  });
});

describe('bytes that nobody writes are read', () => {
  test.each(vectors.alsoRead)('$kind: $name', (vector) => {
    const expected =
      vector.kind === 'request sheet' ? requestsOf(vector.document) : grantsOf(vector.document);
    expect(decode(vector)).toEqual(expected);
  });
});

describe('refused', () => {
  test.each(vectors.refused)('$kind: $name: $code', (vector) => {
    expect(refusal(() => decode(vector)).code).toBe(vector.code);
  });

  test.each(vectors.refusedText)('text: $name: $code', ({ text, code }) => {
    expect(refusal(() => fromText(text)).code).toBe(code);
  });

  test.each(vectors.refusedCharmhelpers)(
    'charmhelpers, $kind: $name: $code',
    ({ kind, charmhelpers, code }) => {
      const found = { compact: undefined, charmhelpers };
      const read = kind === 'request sheet' ? decodeRequestForms : decodeGrantForms;
      expect(refusal(() => read(found)).code).toBe(code);
    },
  );
});
