import { readFileSync, writeFileSync, mkdtempSync, rmSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createSqliteDocumentStore } from './sqlite-document-store.ts'
import { DocumentWriter } from './document-writer.ts'
import { DocumentReader } from './document-reader.ts'
import { openForReading, openForWriting } from './open-database.ts'
import { ScriptedEdits } from '../testing/scripted-edits.ts'
const dataDir='/tmp/storebench/zz'; rmSync(dataDir,{recursive:true,force:true}); mkdirSync(dataDir)
const s=await createSqliteDocumentStore({dataDir})
for (const name of ['victim','other']) { const e=new ScriptedEdits(name); await s.tenant('acme').append({document:name,generation:'g-1',afterSeq:0,rows:Array.from({length:6},()=>({update:e.next(),user:'ann',at:1})),bindings:[]}) }
await s.tenant('acme').compact('victim'); await s.close(); new DocumentWriter(dataDir).close()
const path=join(dataDir,'documents.sqlite'); const whole=readFileSync(path); console.log('size',whole.length)
const count:Record<string,number>={}
for(let at=0;at<whole.length;at+=1){ if(at%4096>400&&at%4096<3000&&at%7) continue
 const b=Buffer.from(whole); b[at]^=1<<(at%8); writeFileSync(path,b)
 let type='unavailable'; let r; try{ r=new DocumentReader(openForReading(path)); type=r.read({tenant:'acme',document:'victim'}).type }catch{} finally{ try{r?.close()}catch{} }
 if(type==='absent'||type==='deleted'){ let o='opens'; try{ openForWriting(path).close() }catch(e){o='refused'} type+=' '+o; if(o==='opens')console.log(at, whole.subarray(at-10,at+20).toString('latin1').replace(/[^ -~]/g,'.')) }
 count[type]=(count[type]??0)+1
}
console.log(count); rmSync(dataDir,{recursive:true})
