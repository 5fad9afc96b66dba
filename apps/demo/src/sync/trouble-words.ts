import type { StoreTrouble } from '@rejoin/client'

/** What trouble with the local database means for the person. */
export function describeTrouble(trouble: StoreTrouble): string {
  switch (trouble.type) {
    case 'quotaExceeded':
      return 'There is no room left, so new edits are not kept here. They are still sent to the server while you are online.'
    case 'blocked':
      return 'Another tab holds an older version open. Close it to go on.'
    case 'versionChanged':
      return 'A newer version was opened in another tab. Reload this page.'
    case 'connectionLost':
      return 'The local database was closed by the browser. Reload this page if edits stay unsaved.'
    case 'corrupt':
      return `Something kept on this device could not be read: ${trouble.message}`
    case 'unavailable':
      return `The local database cannot be used: ${trouble.message}`
  }
}
