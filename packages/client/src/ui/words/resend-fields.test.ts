import { expect, test } from 'vitest'
import { sampleChange } from '../../testing/sample-shown.ts'
import { plainRecordWords } from './record-words.ts'
import { editableFields, readFields } from './resend-fields.ts'

const payload = { name: 'Salt', priceCents: 350, tags: ['white'], secret: 'x' }
const words = {
  ...plainRecordWords,
  editing: (...[place, value]: Parameters<typeof plainRecordWords.editing>) =>
    place.field === 'secret' ? undefined : plainRecordWords.editing(place, value),
}
const fields = editableFields({ ...sampleChange, payload }, words)

test('[UI16] a change is edited as text, field by field; what an app does not offer is sent as it is', () => {
  expect(fields.map(({ field, label, text }) => [field, label, text])).toEqual([
    ['name', 'name', 'Salt'],
    ['priceCents', 'price cents', '350'],
    ['tags', 'tags', '[\n  "white"\n]'],
  ])
  expect(readFields(fields, { name: 'Sea salt', priceCents: ' 320 ', tags: '[]' })).toEqual({
    changes: { name: 'Sea salt', priceCents: 320, tags: [] },
    problemByField: {},
  })
})

test('[UI16] what cannot be read is said beside its field', () => {
  expect(readFields(fields, { name: 'Salt', priceCents: 'much', tags: '[' })).toEqual({
    changes: { name: 'Salt' },
    problemByField: { priceCents: 'A number is needed', tags: 'This is not JSON' },
  })
})
