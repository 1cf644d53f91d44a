// What is measured of the functions: starts, warm invocations, and what operations ask for.
import { createTable, startCapacityProxy } from './capacity_proxy.mjs';
import { functionUrlEvent, httpAnswer } from './events.mjs';
import { countOperations } from './operations.mjs';
import { Session } from './session.mjs';
import { startInTurn } from './starts.mjs';

const account = { email: 'ada@example.com', password: 'correct horse battery staple' };
const live = functionUrlEvent('GET', '/health/live');
const login = functionUrlEvent('POST', '/auth/login', { body: account });

export function say(text) { console.error(`- ${text}`); }

function check(response) {
  const { status, text } = httpAnswer(response);
  if (status >= 300) throw new Error(`answered ${status}: ${text}`);
  return text;
}

/// Registers somebody with each function that has sign-in; gives by function's name the event of a protected call.
export async function prepare(functions) {
  const calls = {};
  for (const lambda of functions.filter((each) => each.hasSignIn)) {
    const session = new Session(lambda);
    check((await session.send(functionUrlEvent('POST', '/auth/register', { body: account }))).response);
    const { access_token: token } = JSON.parse(check((await session.send(login)).response));
    await session.end();
    calls[lambda.name] = functionUrlEvent('GET', '/auth/me', { token });
  }
  return calls;
}

/// Summaries of starts, by what was measured and by function.
export async function measureStarts(functions, calls, rounds) {
  const starts = {};
  const measure = async (cache, what, events, times) => {
    say(`page cache ${cache}, ${what}`);
    const contestants = functions.filter(({ name }) => events(name))
      .map((lambda) => ({ lambda, event: events(lambda.name), every: lambda.isSlow ? 3 : 1, check }));
    starts[`page cache ${cache}, ${what}`] = await startInTurn(contestants, times, { cold: cache === 'cold' });
  };
  for (const cache of ['cold', 'warm']) {
    await measure(cache, 'GET /health/live', () => live, rounds);
    await measure(cache, 'GET /auth/me', (name) => calls[name], Math.ceil(rounds / 3));
    await measure(cache, 'POST /auth/login', (name) => calls[name] && login, Math.ceil(rounds / 3));
  }
  return starts;
}

/// Milliseconds of warm invocations, by event and by function.
export async function measureWarm(functions, calls) {
  const warm = { 'GET /health/live': {}, 'GET /auth/me': {}, 'POST /auth/login': {} };
  for (let round = 0; round < 3; ++round) {
    for (const lambda of functions) {
      say(`warm invocations of ${lambda.name}, round ${round + 1}`);
      const session = new Session(lambda);
      const take = async (what, event, times) => {
        await session.send(event); // what happens once has happened
        (warm[what][lambda.name] ??= []).push(...(await session.send(event, times)).took_ms);
      };
      await take('GET /health/live', live, 200);
      if (calls[lambda.name]) {
        await take('GET /auth/me', calls[lambda.name], 100);
        await take('POST /auth/login', login, 5);
      }
      await session.end();
    }
  }
  return warm;
}

/// What operations ask for, by operation. `makeFunction(endpoint)` gives our function with its DynamoDB there.
export async function measureCost(table, services, name, makeFunction) {
  say('calls and capacity units of each operation');
  await createTable(table.endpoint, name);
  const proxy = await startCapacityProxy(table.endpoint);
  try {
    return await countOperations(makeFunction(proxy.endpoint), proxy, services);
  } finally {
    await proxy.stop();
  }
}
