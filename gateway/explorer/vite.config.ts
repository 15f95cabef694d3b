import { defineConfig } from 'vite';

export default defineConfig({
  // Absolute, because links in mails open the page below /verify-email/ and the like.
  base: '/',
  worker: { format: 'es' },
  // The libraries' "use client" lines mean nothing here and would each be a warning.
  logLevel: 'error',
  build: {
    outDir: 'dist',
    target: 'es2023',
    // Every font and picture a file of its own: the page's policy allows no data: fonts.
    assetsInlineLimit: 0,
    // The editor is one large part and cannot be smaller.
    chunkSizeWarningLimit: 5_000,
    reportCompressedSize: false,
  },
});
