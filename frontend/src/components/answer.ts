// What a page needs from the server before there is anything to show.
import { useEffect, useState } from 'preact/hooks';

import { type Answer, needsSignIn } from '../api';
import { signInFirst } from '../navigation';

/// The answer, once it is there; who is not signed in is sent to do that. `again` asks anew.
export function useAnswer<Value>(ask: () => Promise<Answer<Value>>): [Answer<Value> | undefined, () => Promise<void>] {
  const [answer, setAnswer] = useState<Answer<Value>>();
  const again = async () => {
    const got = await ask();
    if (got.problem && needsSignIn(got.problem)) signInFirst();
    else setAnswer(got);
  };
  useEffect(() => { void again(); }, []);
  return [answer, again];
}
