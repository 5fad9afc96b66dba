import { expect, test } from 'vitest'
import { createRecordsWorld, identityOf, ScriptedDevice } from '../testing/records-world.ts'

const ann = identityOf('ann')

test('[RP21] later operations of a group build on its earlier ones; what somebody else did meanwhile is a conflict all the same', async () => {
  const { service } = createRecordsWorld()
  const device = new ScriptedDevice('phone')
  const title = (text: string) => ({ title: text, body: '' })
  const statuses = async (...operations: Parameters<typeof device.request>[0]) =>
    (await service.sync(ann, device.request(operations))).results.map(({ status, code }) => code ?? status)
  const inGroup = { groupId: 'g1', baseVersion: 1 }
  await statuses(device.create('recipe', 'r1', title('one')))
  const edit = device.update('recipe', 'r1', { title: 'two' }, inGroup)
  const remove = device.delete('recipe', 'r1', inGroup)
  expect(await statuses(edit, remove)).toEqual(['applied', 'applied'])
  expect(await statuses(edit, remove)).toEqual(['duplicate', 'duplicate'])

  await statuses(
    device.create('recipe', 'r2', title('one')),
    device.update('recipe', 'r2', { title: 'theirs' }, { baseVersion: 1 }),
  )
  const late = { groupId: 'g2', baseVersion: 1 }
  expect(await statuses(device.update('recipe', 'r2', { title: 'mine' }, late), device.delete('recipe', 'r2', late))).toEqual([
    'CONFLICT',
    'DEPENDENCY_FAILED',
  ])
})
