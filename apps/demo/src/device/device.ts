import { z } from 'zod'

const deviceNameSchema = z.string().regex(/^[a-z0-9]{1,16}$/)

/**
 * One browser is one device, and its tabs share what they have. A page opened with `?device=NAME` is another device in the same browser, with a database
 * and settings of its own: for trying out what two devices do. `undefined` is the browser's own.
 */
export function deviceFromSearch(search: string): string | undefined {
  const parsed = deviceNameSchema.safeParse(new URLSearchParams(search).get('device'))
  return parsed.success ? parsed.data : undefined
}

/** What the databases of a device are named after. */
export function appOfDevice(device: string | undefined): string {
  return device === undefined ? 'rejoin-demo' : `rejoin-demo-${device}`
}

/** A room's address on another device of this browser: `href` is this page's. */
export function hrefOnDevice(href: string, device: string): string {
  const url = new URL(href)
  url.searchParams.set('device', device)
  return url.href
}

/** The same page for others: without what makes it another device of this browser. */
export function hrefForOthers(href: string): string {
  const url = new URL(href)
  url.searchParams.delete('device')
  return url.href
}
