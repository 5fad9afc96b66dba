import react from '@vitejs/plugin-react'
import { defaultClientConditions, defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

const server = process.env['REJOIN_SERVER'] ?? 'http://127.0.0.1:8787'

export default defineConfig({
  plugins: [
    react(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'service-worker.ts',
      // The page registers it itself, for the outbox.
      injectRegister: false,
      injectManifest: { globPatterns: ['**/*.{html,js,css,svg,png,webmanifest}'] },
      manifest: {
        name: 'Rejoin',
        short_name: 'Rejoin',
        description: 'A shared canvas and a stock room that keep working without a network.',
        id: './',
        start_url: './',
        display: 'standalone',
        background_color: '#f6f6f3',
        theme_color: '#5b5bd6',
        icons: [
          { src: 'favicon.svg', sizes: 'any', type: 'image/svg+xml' },
          { src: 'icons/app-192.png', sizes: '192x192', type: 'image/png' },
          { src: 'icons/app-512.png', sizes: '512x512', type: 'image/png' },
          { src: 'icons/app-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
    }),
  ],
  // Relative, so that the built page works from any folder of any host.
  base: './',
  resolve: {
    // The client is bundled from its source: nothing has to be built first, and a change in it reloads the page.
    conditions: ['rejoin-source', ...defaultClientConditions],
    // Two copies of Yjs in one page do not understand each other's types.
    dedupe: ['yjs', 'lib0', 'y-protocols', 'react', 'react-dom'],
  },
  // In development the page talks to its own origin, as it does in production, and Vite passes it on.
  server: {
    proxy: {
      '/documents': { target: server, ws: true },
      '/changes': { target: server, ws: true },
      '/api': { target: server },
    },
  },
  build: {
    target: 'es2023',
    // What seldom changes stays in the browser's cache when the canvas itself does.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            { name: 'sync', test: /node_modules[\\/](yjs|lib0|y-protocols|y-websocket|y-indexeddb|dexie|zod)[\\/]/ },
          ],
        },
      },
    },
  },
})
