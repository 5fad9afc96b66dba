import { limits } from '@rejoin/core'
import { admitUpdate } from './src/admission/admit-update.ts'
import { createKnownState, applyDelta } from './src/admission/known-state.ts'
import { putTogether, updateOf } from './src/admission/testing/update-model.ts'
import { text, garbage, json, rawValues, embed } from './src/admission/testing/struct-contents.ts'
import * as encoding from 'lib0/encoding'
const rules = { canExtend: () => true, takePrefix: false, limits }
const MB = 16 * 1024 * 1024
const time = (name: string, u: Uint8Array, known = createKnownState()) => { let m = Infinity; let r: any; for (let i = 0; i < 3; i++) { const t = performance.now(); r = admitUpdate(known, u, rules); m = Math.min(m, performance.now() - t) } console.log(name.padEnd(40), (u.length / 1048576).toFixed(1), 'MiB', m.toFixed(1), 'ms', r.type, r.reason ?? '', Math.round(process.memoryUsage().heapUsed / 1e6), 'MB') }
const raw = (f: (e: encoding.Encoder) => void) => { const e = encoding.createEncoder(); f(e); return encoding.toUint8Array(e) }
time('ascii text', updateOf(1, 0, text('x'.repeat(MB - 100))))
time('4-byte text', updateOf(1, 0, text('😀'.repeat(MB / 4 - 100))))
time('many tiny JSON', updateOf(1, 0, { ref: 2, length: MB / 2 - 20, content: raw((e) => { encoding.writeVarUint(e, MB / 2 - 20); for (let i = 0; i < MB / 2 - 20; i++) { encoding.write(e, 1); encoding.write(e, 0x31) } }) }))
time('many JSON keys', updateOf(1, 0, embed('{' + '"\\u005f_proto_1":1,'.repeat(MB / 25) + '"a":1}')))
time('values nested lists', updateOf(1, 0, { ref: 8, length: 1, content: raw((e) => { encoding.writeVarUint(e, 1); encoding.write(e, 117); encoding.writeVarUint(e, MB / 2 - 20); for (let i = 0; i < MB / 2 - 20; i++) { encoding.write(e, 117); encoding.write(e, 0) } }) }))
time('values null', updateOf(1, 0, { ref: 8, length: 1, content: raw((e) => { encoding.writeVarUint(e, MB - 60); for (let i = 0; i < MB - 60; i++) encoding.write(e, 126) }) }))
const k = createKnownState(); for (let i = 0; i < 8; i++) { const a = admitUpdate(k, updateOf(1, i * 1e6, garbage(1e6)), rules); if (a.type === 'accepted') applyDelta(k, a.delta) }
time('8M known one-clock structs', raw((e) => { encoding.writeVarUint(e, 1); encoding.writeVarUint(e, 7999000); encoding.writeVarUint(e, 1); encoding.writeVarUint(e, 0); for (let i = 0; i < 7999000; i++) { encoding.write(e, 0); encoding.write(e, 1) } encoding.write(e, 0) }), k)
time('200k one-clock structs, 3 refs', putTogether({ sections: [1, 2].map((client) => ({ client, clock: 0, countShift: 0, structs: Array.from({ length: 99_999 }, (_, clock) => ({ ...text('x'), parent: 'text', origin: { client: 3 - client, clock: client === 1 ? Math.max(0, clock - 1) : clock }, ...(clock > 0 && { right: { client: 3 - client, clock: clock - 1 } }) })) })), deletes: [] }))
time('200k map entries, 2 clients', putTogether({ sections: [1, 2].map((client) => ({ client, clock: 0, countShift: 0, structs: Array.from({ length: 99_999 }, (_, clock) => ({ ...text('x'), parent: 'map', parentSub: 'k', ...((client === 2 || clock > 0) && { origin: { client: 3 - client, clock: client === 1 ? Math.max(0, clock - 1) : clock } }) })) })), deletes: [] }))
const k2 = createKnownState(); { const a = admitUpdate(k2, updateOf(1, 0, text('x'.repeat(1_000_000))), rules); if (a.type === 'accepted') applyDelta(k2, a.delta) }
time('200k new ranges, shuffled', putTogether({ sections: [], deletes: [{ client: 1, ranges: Array.from({ length: 199_000 }, (_, i): [number, number] => [((i * 104729) % 199_000) * 4, 1]) }] }), k2)
time('5M new ranges', raw((e) => { encoding.write(e, 0); encoding.write(e, 1); encoding.write(e, 1); encoding.writeVarUint(e, 4e6); for (let i = 0; i < 4e6; i++) { encoding.writeVarUint(e, (i * 2) % 1e6); encoding.write(e, 1) } }), k2)
time('5M empty sections', raw((e) => { encoding.writeVarUint(e, 4e6); for (let i = 0; i < 4e6; i++) { encoding.write(e, 0); encoding.writeVarUint(e, i); encoding.write(e, 0) } encoding.write(e, 0) }))
