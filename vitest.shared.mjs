import { transform } from 'esbuild';
import { defaultServerConditions } from 'vite';

/** Vite 8 (oxc) lowers `using` but not TC39 decorators; esbuild lowers both. */
const esbuildTs = {
  name: 'esbuild-ts',
  enforce: 'pre',
  async transform(code, id) {
    if (!/\.[cm]?ts(\?|$)/.test(id) || id.includes('/node_modules/')) return undefined;
    const r = await transform(code, {
      loader: 'ts',
      target: 'node20',
      sourcefile: id,
      sourcemap: true,
      tsconfigRaw: '{}',
    });
    return { code: r.code, map: r.map };
  },
};

/**
 * One project of the suite. With `shared`, its files run one after another in one process and load the code once
 * instead of once each, which is most of the time otherwise: for projects whose tests replace no module.
 */
export const project = (name, { shared = false } = {}) => ({
  oxc: false,
  plugins: [esbuildTs],
  ssr: { resolve: { conditions: ['@baton/source', ...defaultServerConditions] } },
  test: {
    name,
    include: ['test/**/*.test.ts'],
    isolate: !shared,
    // Generous, since tests assert no times: a loaded machine must not fail them.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
