/** Toasts that an app shows with this `toasterId` stand in the corner of `SyncToasts`, among its own. */
export const syncToasterId = 'rejoin'
