/** What a test tells a worker. */
export type Order =
  | { readonly do: 'lead' | 'count' | 'resign' | 'publish' }
  | { readonly do: 'request'; readonly ticket: number }
  | { readonly do: 'race'; readonly rounds: number };

/** What a worker tells the test. */
export type Answer =
  | { readonly done: unknown }
  | { readonly failed: { readonly code: string; readonly message: string } }
  | { readonly published: number };
