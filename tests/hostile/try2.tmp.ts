import * as Y from 'yjs'
import { putTogether } from './admission-fuzz-model.ts'
import * as encoding from 'lib0/encoding'
const str = (s: string) => { const e = encoding.createEncoder(); encoding.writeVarString(e, s); return encoding.toUint8Array(e) }
const run = (name: string, steps: any[]) => { const d = new Y.Doc(); try { for (const s of steps) Y.applyUpdate(d, putTogether(s)); console.log(name, 'ok') } catch (e) { console.log(name, String(e), (e as Error).stack!.split('\n').slice(2,5).join(' ')) } }
const T = { ref: 7, parent: 'map', parentSub: 'm', content: Uint8Array.of(1), length: 1 }
const sec = (client: number, clock: number, structs: any[]) => ({ client, clock, countShift: 0, structs })
// keyed multi-length, split by origin, then delete the parent
run('keyed split', [{ sections: [sec(1, 0, [T, { ref: 4, parent: { client: 1, clock: 0 }, parentSub: 'k', content: str('hello'), length: 5 }, { ref: 4, origin: { client: 1, clock: 3 }, parent: '', content: str('x'), length: 1 }])], deletes: [] }, { sections: [], deletes: [{ client: 1, ranges: [[0, 1]] }] }])
run('keyed split by delete', [{ sections: [sec(1, 0, [T, { ref: 4, parent: { client: 1, clock: 0 }, parentSub: 'k', content: str('hello'), length: 5 }])], deletes: [] }, { sections: [], deletes: [{ client: 1, ranges: [[2, 1]] }] }, { sections: [], deletes: [{ client: 1, ranges: [[0, 1]] }] }])
run('keyed unsplit', [{ sections: [sec(1, 0, [T, { ref: 4, parent: { client: 1, clock: 0 }, parentSub: 'k', content: str('hello'), length: 5 }])], deletes: [] }, { sections: [], deletes: [{ client: 1, ranges: [[0, 1]] }] }])
