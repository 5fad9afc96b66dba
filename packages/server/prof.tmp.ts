import * as Y from 'yjs'
import { limits } from '@rejoin/core'
import { admitUpdate } from './src/admission/admit-update.ts'
import { createKnownState } from './src/admission/known-state.ts'
const big = { ...limits, updateStructsMax: 1e6 }
const rules = { canExtend: () => true, takePrefix: false, limits: big }
const c = [0,1,2,3].map((i) => { const d = new Y.Doc(); d.clientID = 3000 + i; return d })
for (let r = 0; r < 40; r++) { for (const d of c) { for (let i = 0; i < 100; i++) { const m = d.getMap('elements'); const key = 'e' + ((r * 7 + i) % 200); const e = m.get(key) as Y.Map<number> | undefined; if (!e) m.set(key, new Y.Map([['x', 1]])); else e.set('x', i) } } for (const a of c) for (const b of c) if (a !== b) Y.applyUpdate(a, Y.encodeStateAsUpdate(b, Y.encodeStateVector(a))) }
const canvas = Y.encodeStateAsUpdate(c[0]!)
let m = Infinity
for (let i = 0; i < 200; i++) { const t = performance.now(); admitUpdate(createKnownState(), canvas, rules); m = Math.min(m, performance.now() - t) }
console.log(m)
