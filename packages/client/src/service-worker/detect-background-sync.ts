/** What this browser can do for an app that is not open. Safari and Firefox have service workers and neither kind of Background Sync. */
export interface BackgroundSyncSupport {
  readonly serviceWorker: boolean
  /** The browser calls the worker when there is a network, page or no page. */
  readonly backgroundSync: boolean
  /** It calls now and then, too, where the app is installed and the person allows it. */
  readonly periodicSync: boolean
}

/** The globals that are looked at. */
export interface SupportHost {
  readonly navigator?: object | undefined
  readonly ServiceWorkerRegistration?: { readonly prototype: object } | undefined
}

/** By what is there, never by the browser's name. */
export function supportOf({ navigator, ServiceWorkerRegistration: registration }: SupportHost): BackgroundSyncSupport {
  const serviceWorker = navigator !== undefined && 'serviceWorker' in navigator && registration !== undefined
  return {
    serviceWorker,
    backgroundSync: serviceWorker && 'sync' in registration.prototype,
    periodicSync: serviceWorker && 'periodicSync' in registration.prototype,
  }
}
