/** One layer of a package. What is not listed is forbidden: this table is the architecture. */
export interface Layer {
  /** `server/relay` */
  readonly name: string
  /** Repository paths that belong to it. The first layer of the table that matches a path has it. */
  readonly files: RegExp
  /** Folders of the same package it may import, or single files of them: `relay/document-store.ts` is an interface that stands beside its user. */
  readonly mayImport: readonly string[]
  /** Packages it may import; Node's own modules count as packages. */
  readonly packages: readonly (string | RegExp)[]
}

const core = '@rejoin/core'
const lib0 = /^lib0\//
const react = /^react(-dom)?(\/|$)/
const awareness = 'y-protocols/awareness'

const coreLayers: readonly Layer[] = [{ name: 'core', files: /^packages\/core\/src\//, mayImport: [], packages: ['zod', lib0] }]

const serverLayers: readonly Layer[] = [
  // Judges updates as bytes: no Yjs at all, so that no client byte ever meets a `Y.Doc` here.
  inServer('admission', [], [core, lib0]),
  // Knows connections as `Peer` and storage as `DocumentStore`: no Fastify, no ws, no SQL.
  inServer('relay', ['admission'], [core, lib0]),
  inServer('auth', ['config/server-config.ts'], [core, 'jose', 'zod', /^node:(buffer|crypto|http|net)$/]),
  inServer('config', ['auth/loopback.ts', 'records/sync-service.ts'], [core, 'zod', /^node:(fs|net|path|url|util)$/]),
  // What every store needs beside its own storage.
  inServer(
    'document-log',
    ['admission/known-state-bytes.ts', 'admission/known-state-of.ts', 'relay/document-store.ts'],
    [core, 'yjs', /^node:crypto$/],
  ),
  // Judges operations over `RecordStore`: no Fastify, no SQL, and hashing through `Digest`.
  inServer('records', ['auth/identity.ts'], [core]),
  // Carries out operations on scenes: a `Y.Doc` each time, for as long as it takes. No Fastify, no SQL, no threads.
  inServer(
    'scenes',
    ['records/digest.ts', 'records/iso-time.ts', 'relay/document-store.ts', 'relay/relay.ts', 'relay/server-write.ts'],
    [core, 'yjs', 'zod'],
  ),
  // Work on what clients sent, where it stops nobody else's.
  inServer('task-thread', [], ['zod', /^node:worker_threads$/]),
  inServer('scene-thread', ['scenes', 'task-thread'], ['zod', /^node:worker_threads$/]),
  // What devices tell and are told, over `DeviceStore`.
  inServer('devices', ['auth/identity.ts'], [core]),
  inServer(
    'memory',
    ['devices/device-store.ts', 'devices/next-commands.ts', 'document-log', 'records/record-store.ts', 'relay/document-store.ts'],
    [core],
  ),
  inServer(
    'sqlite',
    [
      'auth/revocations.ts',
      'devices/device-store.ts',
      'devices/next-commands.ts',
      'document-log',
      'records/record-store.ts',
      'relay/document-store.ts',
    ],
    [core, 'yjs', /^node:(sqlite|worker_threads|fs|os|path|zlib|crypto|buffer)(\/|$)/],
  ),
  inServer(
    'socket',
    ['auth', 'devices/device-service.ts', 'records/record-counters.ts', 'records/sync-service.ts', 'relay'],
    [core, 'ws', 'zod', /^node:(http|net|stream)$/],
  ),
  inServer(
    'http',
    [
      'auth',
      'config/package-version.ts',
      'config/server-config.ts',
      'devices/device-service.ts',
      'devices/device-store.ts',
      'document-log/document-store-error.ts',
      'records/record-counters.ts',
      'records/sync-service.ts',
      'relay/document-store.ts',
      'relay/relay.ts',
      'relay/relay-counters.ts',
      'scenes/scene-counters.ts',
      'scenes/scene-request-error.ts',
      'scenes/scene-sync-processor.ts',
      'task-thread',
    ],
    [
      core,
      'fastify',
      'fastify-type-provider-zod',
      /^@fastify\//,
      'pino',
      'prom-client',
      'yjs',
      'zod',
      /^node:(buffer|http|net|worker_threads|fs|path|util|zlib)(\/|$)/,
    ],
  ),
  // What the simulator is given: the real parts, without sockets and disks.
  inServer('simulation', ['auth/identity.ts', 'memory', 'records', 'relay', 'scenes', 'testing'], []),
  // The composition root alone names concrete stores and frameworks.
  {
    name: 'server root',
    files: /^packages\/server\/src\/[\w-]+\.ts$/,
    mayImport: [
      'auth',
      'config',
      'devices',
      'document-log/document-store-error.ts',
      'http',
      'memory',
      'records',
      'relay',
      'scene-thread',
      'scenes',
      'socket',
      'sqlite',
    ],
    packages: [core, 'fastify', 'pino', /^node:(crypto|net|perf_hooks|process)$/],
  },
]

const clientLayers: readonly Layer[] = [
  inClient('store', [], [core, 'dexie', 'y-indexeddb', 'yjs', 'zod']),
  inClient('tabs', [], [core, 'zod']),
  inClient('connection', [], [core, lib0, awareness, 'y-websocket', 'yjs']),
  inClient(
    'documents',
    ['client.ts', 'connection', 'store/document-store.ts', 'store/document-persistence.ts', 'store/store-error.ts', 'tabs'],
    [core, lib0, awareness, 'yjs'],
  ),
  // Tables and transactions; knows the shapes of what is kept, not what is done with it.
  inClient('record-database', ['outbox/attention.ts', 'outbox/outbox-entry.ts', 'store'], [core, 'dexie', 'zod']),
  // The rules of what waits, each inside one transaction. Of the engine it knows the interface that it fulfils.
  inClient(
    'outbox',
    [
      'record-database',
      'records/records.ts',
      'store/store-error.ts',
      'sync/background-run.ts',
      'sync/judge-replay.ts',
      'sync/judge-scene.ts',
      'sync/replay-lane.ts',
      'sync/request-replayer.ts',
      'sync/sync-observer.ts',
      'sync/sync-conditions.ts',
      'sync/sync-store.ts',
    ],
    [core, 'zod'],
  ),
  inClient(
    'records',
    ['outbox', 'record-database', 'store/store-error.ts', 'store/work-queue.ts', 'sync/sync-store.ts'],
    [core, 'zod'],
  ),
  // What of the app's own requests is kept, and how; where, it knows as `PersonsKeeper`.
  inClient('captured-requests', ['outbox/request-queue.ts', 'sync/http-replayer.ts'], [core]),
  // Scenes as an app sees them: open as a document, or changed through the outbox.
  inClient(
    'scenes',
    [
      'connection/document-url.ts',
      'documents/open-document.ts',
      'outbox/request-queue.ts',
      'outbox/scene-body.ts',
      'outbox/scene-title.ts',
      'record-database/call-listener.ts',
      'record-database/uuid-v7.ts',
    ],
    [core, 'yjs', 'zod'],
  ),
  // Knows the device as `SyncStore` and the server as `SyncTransport`: no tables, no Dexie.
  inClient(
    'sync',
    [
      'client-auth.ts',
      'connection/online-signals.ts',
      'record-database/call-listener.ts',
      'record-database/iso-time.ts',
      'record-database/parse-json.ts',
      'outbox/sync-priorities.ts',
      'settings/sync-settings.ts',
      'tabs/broadcast-channel-like.ts',
      'tabs/locks-like.ts',
    ],
    [core, 'zod'],
  ),
  // What browser, battery and requests say of the connection; pure but for what is named after the browser.
  inClient(
    'connectivity',
    ['connection/online-signals.ts', 'record-database/call-listener.ts', 'sync/sync-state.ts', 'sync/sync-transport.ts'],
    [core, 'zod'],
  ),
  // How a person wants their device to sync, and what that means for the engine at the moment.
  inClient(
    'settings',
    [
      'connection/online-signals.ts',
      'connectivity/connectivity.ts',
      'record-database/call-listener.ts',
      'record-database/record-database.ts',
      'sync/sync-conditions.ts',
      'tabs/broadcast-channel-like.ts',
    ],
    [core, 'zod'],
  ),
  // Looks on while the engine works.
  inClient(
    'activity',
    [
      'outbox/meta-value.ts',
      'record-database/call-listener.ts',
      'record-database/record-database.ts',
      'store/store-error.ts',
      'sync/sync-observer.ts',
      'sync/sync-run.ts',
    ],
    // The interface alone: an SDK is the app's.
    [core, '@opentelemetry/api'],
  ),
  // What a device tells of itself, where its person agreed, and what it is asked to do.
  inClient(
    'devices',
    [
      'client-auth.ts',
      'connection/online-signals.ts',
      'connectivity/connectivity.ts',
      'outbox/device-facts.ts',
      'outbox/meta-value.ts',
      'record-database/call-listener.ts',
      'record-database/iso-time.ts',
      'record-database/record-database.ts',
      'settings/sync-settings.ts',
      'store/work-queue.ts',
      'sync',
    ],
    [core, 'zod'],
  ),
  // Whose records are where, and what is open of them.
  inClient(
    'scope',
    [
      'activity',
      'client-auth.ts',
      'connection/online-signals.ts',
      'connectivity/connectivity.ts',
      'devices',
      'outbox',
      'record-database',
      'records',
      'settings',
      'store',
      'sync',
      'tabs/broadcast-channel-like.ts',
    ],
    [core, 'dexie', 'zod'],
  ),
  // Lets the engine drain without a page, and pages ask for it: no documents, no React.
  inClient(
    'service-worker',
    [
      'activity/activity-log.ts',
      'captured-requests/capture-request.ts',
      'client-auth.ts',
      'connection/online-signals.ts',
      'connectivity/connectivity.ts',
      'devices/device-host.ts',
      'devices/report-once.ts',
      'outbox',
      'record-database/record-database.ts',
      'scope/owned-scope.ts',
      'scope/scope-registry.ts',
      'settings',
      'store/store-error.ts',
      'store/work-queue.ts',
      'sync',
      'tabs/broadcast-channel-like.ts',
    ],
    [core, 'zod'],
  ),
  // The engine in a worker, and the page that has it there.
  inClient(
    'engine-worker',
    [
      'activity/activity-log.ts',
      'client-auth.ts',
      'connection/online-signals.ts',
      'connectivity/connectivity.ts',
      'record-database',
      'records/local-records.ts',
      'scope/local-options.ts',
      'scope/owned-scope.ts',
      'scope/record-settings.ts',
      'scope/scope-registry.ts',
      'settings',
      'store/work-queue.ts',
      'sync',
      'tabs/broadcast-channel-like.ts',
      'tabs/locks-like.ts',
    ],
    [core, 'comlink'],
  ),
  inClient(
    'simulation',
    [
      'captured-requests',
      'connection',
      'connectivity',
      'documents',
      'outbox',
      'record-database',
      'records',
      'scenes',
      'scope',
      'service-worker',
      'settings',
      'store',
      'sync',
      'tabs',
    ],
    [],
  ),
  inClient(
    'react',
    [
      'client.ts',
      'devices/devices.ts',
      'documents/open-document.ts',
      'outbox/attention.ts',
      'outbox/outbox-entry.ts',
      'records/records.ts',
      'scenes/element-fields.ts',
      'scenes/scene.ts',
      'settings/sync-settings.ts',
      'sync/sync-run.ts',
      'sync/sync-state.ts',
    ],
    [react, awareness, core],
  ),
  // What a person sees of it: words without React in `words`, and parts that follow the client by its hooks.
  inClient(
    'ui',
    [
      'outbox/attention.ts',
      'outbox/outbox-entry.ts',
      'outbox/priority.ts',
      'outbox/sync-priorities.ts',
      'react',
      'record-database/iso-time.ts',
      'service-worker/detect-background-sync.ts',
      'service-worker/open-only-notice.ts',
      'sync/sync-run.ts',
      'sync/sync-state.ts',
    ],
    [react, core, 'sonner'],
  ),
  // The seams as browsers, workers and Node have them: here and in the roots alone stand the names of their globals.
  inClient(
    'host',
    [
      'captured-requests',
      'client-auth.ts',
      'client.ts',
      'connection/document-url.ts',
      'devices',
      'outbox/clock-sample.ts',
      'outbox/request-queue.ts',
      'record-database',
      'scenes',
      'scope',
      'service-worker/free-locks.ts',
      'sync',
      'tabs',
    ],
    [core, 'yjs'],
  ),
  {
    name: 'client root',
    files: /^packages\/client\/src\/[\w-]+\.ts$/,
    mayImport: [
      'activity',
      'captured-requests',
      'connection',
      'connectivity',
      'devices',
      'documents',
      'engine-worker',
      'host',
      'outbox',
      'record-database',
      'records',
      'scenes',
      'scope',
      'service-worker',
      'settings',
      'store',
      'sync',
      'tabs',
    ],
    packages: [core, 'comlink', 'zod'],
  },
]

const demoLayers: readonly Layer[] = [
  // The server loads this file too.
  { name: 'demo schema', files: /^apps\/demo\/src\/schema\.ts$/, mayImport: [], packages: [core, 'zod'] },
  {
    name: 'demo',
    files: /^apps\/demo\/src\//,
    mayImport: ['schema.ts'],
    packages: [
      '@rejoin/client',
      '@rejoin/client/react',
      '@rejoin/client/service-worker',
      /^@rejoin\/client\/ui(\.css)?$/,
      react,
      'sonner',
      awareness,
      'workbox-precaching',
      'yjs',
      'zod',
    ],
  },
  {
    name: 'demo build',
    files: /^apps\/demo\/vite\.config\.ts$/,
    mayImport: [],
    packages: ['vite', 'vite-plugin-pwa', '@vitejs/plugin-react'],
  },
]

export const layers: readonly Layer[] = [...coreLayers, ...serverLayers, ...clientLayers, ...demoLayers]

/** Files that are functions of their arguments alone; everything else comes in through `Clock`, `Scheduler`, `Random` and the like. */
export const pureFiles: readonly RegExp[] = [
  /^packages\/core\/src\//,
  /^packages\/server\/src\/(admission|relay|scenes)\//,
  /^packages\/server\/src\/records\/(?!iso-time\.ts$)/,
  /^packages\/client\/src\/documents\//,
  /^packages\/client\/src\/(activity|connectivity|outbox|records|scenes|scope|settings|sync|ui\/words)\//,
]

export function layerOf(path: string): Layer | undefined {
  return layers.find((layer) => layer.files.test(path))
}

function inServer(folder: string, mayImport: readonly string[], packages: Layer['packages']): Layer {
  return { name: `server/${folder}`, files: new RegExp(`^packages/server/src/${folder}/`), mayImport, packages }
}

function inClient(folder: string, mayImport: readonly string[], packages: Layer['packages']): Layer {
  return { name: `client/${folder}`, files: new RegExp(`^packages/client/src/${folder}/`), mayImport, packages }
}
