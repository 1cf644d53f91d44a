import { fileURLToPath } from 'node:url';

// A script and a style sheet of fixed names for all pages, and one more of each for the mails, which few read: the server
// finds them, and an ETag says when they are new.
export default {
  base: '/assets/',
  build: {
    target: 'es2022',
    modulePreload: false,
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { pages: fileURLToPath(new URL('src/main.tsx', import.meta.url)) },
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js', assetFileNames: '[name][extname]' },
    },
  },
};
