// Runs a program with moto at its side: node with_moto.mjs PROGRAM [ARGUMENT]… Every request must be signed.
import { spawn } from 'node:child_process';

import { startMoto } from './moto.mjs';

const moto = await startMoto();
await moto.requireSignatures();
const [program, ...rest] = process.argv.slice(2);
const child = spawn(program, rest, { stdio: 'inherit', env: { ...process.env, ...moto.settings } });
child.on('error', (error) => { throw error; });
child.on('close', (code) => process.exit(code ?? 1));
