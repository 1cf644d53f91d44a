import { fileURLToPath } from 'node:url';

// One script and one style sheet, of fixed names: the server finds them, and an ETag says when they are new.
export default {
  build: {
    target: 'es2022',
    modulePreload: false,
    assetsInlineLimit: 0,
    rollupOptions: {
      input: fileURLToPath(new URL('src/main.tsx', import.meta.url)),
      output: { entryFileNames: 'pages.js', assetFileNames: 'pages[extname]', inlineDynamicImports: true },
    },
  },
};
