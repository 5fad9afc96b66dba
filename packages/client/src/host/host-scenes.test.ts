import { expect, onTestFinished, test } from 'vitest'
import { FakeDocumentServer } from '../testing/fake-document-server.ts'
import { TestDevice, until } from '../testing/test-device.ts'
import { openTestRecords } from '../testing/test-records.ts'
import { createHostScenes } from './host-scenes.ts'

test('[OS2] what is drawn has the time of the server as the device knows it, and as it learns it', async () => {
  const records = openTestRecords()
  const { client } = new TestDevice(new FakeDocumentServer()).openTab()
  client.setOnline(false)
  onTestFinished(() => client.close())
  const stops: (() => void)[] = []
  const scenes = createHostScenes(
    { url: 'https://sync.example' },
    {
      documents: client.documents,
      hub: { session: () => Promise.resolve({ local: records }), follow: (attach) => void stops.push(attach(records)) },
    },
  )
  const learn = (offsetMs: number) => records.syncStore.noteClockSample({ offsetMs, roundTripMs: 1 })
  const before = Date.now()
  await learn(-3_600_000)
  const scene = await scenes.open('plan')
  await scenes.open('other')
  expect(stops).toHaveLength(1)
  let count = 0
  const stampOf = (): number => {
    const id = `${count++}`
    scene.add({ id, kind: 'box', x: 0, y: 0, width: 1, height: 1 })
    return (scene.element(id)?.updatedAt ?? 0) - before
  }
  await until(() => stampOf() < -3_000_000)
  await learn(7_200_000)
  await until(() => stampOf() > 7_000_000)
  stops.forEach((stop) => stop())
})
