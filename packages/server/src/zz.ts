import { rmSync, mkdirSync } from 'node:fs'
import { DocumentWriter } from './sqlite/document-writer.ts'
import { AppendBatch } from './sqlite/append-batch.ts'
import { StringTable } from './sqlite/string-table.ts'
const dir='/tmp/storebench/zz'; rmSync(dir,{recursive:true,force:true}); mkdirSync(dir)
const w=DocumentWriter.open(dir); const st=new StringTable(); const rooms=1000; const seq=new Array(rooms).fill(0); const u=new Uint8Array(40).fill(3)
const cpu=()=>{const c=process.threadCpuUsage();return (c.user+c.system)/1000}
const app:number[]=[],keep:{ms:number,cpu:number}[]=[]
for(let r=0;r<600;r++){ const b=new AppendBatch(st); for(let i=0;i<rooms;i++){void b.add('t',{document:'doc-'+i,generation:'g',afterSeq:seq[i]++,rows:[{update:u,user:'u',at:1}],bindings:[]})}
 const p=b.packed(); let t=performance.now(),c=cpu(); w.append(p,1); app.push(cpu()-c); t=performance.now();c=cpu(); w.keepUp(); const ms=performance.now()-t; if(ms>0.5)keep.push({ms,cpu:cpu()-c}) }
app.sort((a,b)=>a-b); console.log('append cpu ms p50',app[300]!.toFixed(2),'p99',app[594]!.toFixed(2)); console.log('keepUp >0.5ms:',keep.length, keep.map(k=>k.ms.toFixed(0)+'/'+k.cpu.toFixed(0)).join(' ')); w.close(); rmSync(dir,{recursive:true})
