// Starts functions in turn, A B C A B C, so that what disturbs the machine disturbs all of them.
import { Session } from './session.mjs';

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/// Rounds of starts of all contestants, each with the event it names. A contestant whose starts take seconds takes part
/// in every `every`-th round. Gives, by name, the summaries of all its starts.
export async function startInTurn(contestants, rounds, options = {}) {
  const summaries = Object.fromEntries(contestants.map(({ lambda }) => [lambda.name, []]));
  for (let round = 0; round < rounds; ++round) {
    for (const { lambda, event, every = 1, check = () => {} } of contestants) {
      if (round % every !== 0) continue;
      const session = new Session(lambda, options);
      const { response } = await session.send(event);
      summaries[lambda.name].push(await session.end());
      check(response);
    }
  }
  return summaries;
}

/// Medians over the summaries of some starts.
export function typical(summaries) {
  const of = (name) => median(summaries.map((summary) => summary[name]));
  return {
    starts: summaries.length, first_next_ms: of('first_next_ms'), first_response_ms: of('first_response_ms'),
    least_ms: Math.min(...summaries.map((summary) => summary.first_response_ms)),
    peak_mb: Math.max(...summaries.map((summary) => summary.peak_mb)), cpu_ms: of('cpu_ms'), stop_ms: of('stop_ms'),
    left_percent: 100 * median(summaries.map(({ pages, pages_left }) => pages ? pages_left / pages : 1)),
  };
}
