// A test that cannot run here says so loudly. Where CI is set nothing may be missing, so there it fails instead.
export const skipCode = 77; // tests/CMakeLists.txt tells ctest what it means

export function skipTest(reason) {
  const mustRun = Boolean(process.env.CI);
  console.error(`${mustRun ? 'FAILED, since CI is set' : 'SKIPPED'}: ${reason}`);
  process.exit(mustRun ? 1 : skipCode);
}

/// An npm package of tests/package.json.
export async function importPackage(name) {
  try {
    return await import(name);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return skipTest(`the npm package ${name} is not installed: run \`npm ci\` in tests/`);
  }
}
