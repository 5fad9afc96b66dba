import base from '../vite.config.ts'
import { mergeConfig } from 'vite'
export default mergeConfig(base, { root: import.meta.dirname + '/..', resolve: { alias: [{ find: /^@rejoin\/client\/react$/, replacement: import.meta.dirname + '/react.tsx' }] }, build: { outDir: process.env.OUT ?? '/tmp/demo-standin-dist', emptyOutDir: true } })
