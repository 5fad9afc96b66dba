import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { documentPath, documentQuery, documentsUrl } from './document-url.ts'

describe('addresses', () => {
  test.each([
    ['http://localhost:8787', 'ws://localhost:8787/documents'],
    ['https://sync.example/', 'wss://sync.example/documents'],
    ['wss://sync.example/base/', 'wss://sync.example/base/documents'],
    ['ws://127.0.0.1:1', 'ws://127.0.0.1:1/documents'],
  ])('[C1] %s is reached at %s', (serverUrl, url) => {
    expect(documentsUrl(serverUrl)).toBe(url)
  })

  test.each(['ftp://sync.example', 'sync.example', ''])('[C1] %j is not the address of a server', (serverUrl) => {
    expect(() => documentsUrl(serverUrl)).toThrow(TypeError)
  })

  test.each([
    ['a/b c', 'a/b%20c'],
    ['ä?#%2F', '%C3%A4%3F%23%252F'],
    ['a/../b', 'a%2F..%2Fb'],
    ['./a', '.%2Fa'],
    ['a..b/.c', 'a..b/.c'],
  ])('[C2] the name %j is the path %s', (name, path) => {
    expect(documentPath(name)).toBe(path)
  })

  test('[C2] whatever the name, the server decodes the path once and has it', () => {
    const names = fc
      .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
      .filter((name) => !/\p{Cc}|\p{Surrogate}/u.test(name) && name !== '.' && name !== '..')
    fc.assert(
      fc.property(
        fc.oneof(
          names,
          fc.array(fc.constantFrom('.', '..', 'a', ''), { minLength: 2 }).map((parts) => parts.join('/')),
        ),
        (name) => {
          const url = new URL(`ws://server.test/documents/${documentPath(name)}?client=rejoin`)
          expect(decodeURIComponent(url.pathname.slice('/documents/'.length))).toBe(name)
        },
      ),
    )
  })

  test('[C3] the client announces itself, and the generation of its copy where it knows it', () => {
    expect(documentQuery(undefined)).toEqual({ client: 'rejoin', protocol: '1' })
    expect(documentQuery('g')).toEqual({ client: 'rejoin', protocol: '1', generation: 'g' })
  })
})
