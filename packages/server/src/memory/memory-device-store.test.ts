import { deviceStoreContract } from '../testing/device-store-contract.ts'
import { createMemoryDeviceStore } from './memory-device-store.ts'

deviceStoreContract('memory', async (clock) => ({ store: createMemoryDeviceStore({ clock }), close: async () => {} }))
