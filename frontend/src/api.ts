// Calls the server. A refusal is a value, as it is there (RFC 9457); its text is in the reader's language.
import { durationText, isKey, t } from './messages';

export interface FieldError {
  field: string;
  code: string;
  message?: string;
}

export interface Problem {
  status: number; // 0: no answer came
  code: string;
  detail: string;
  errors: FieldError[];
  retry_after_s?: number;
}

export type Answer<Value> = { value: Value; problem?: undefined } | { value?: undefined; problem: Problem };

/// A problem that needs no server to be found.
export function ourProblem(code: string, errors: FieldError[] = []): Problem {
  return { status: 0, code, detail: '', errors };
}

export const unreachable = ourProblem('unreachable');

export function invalidField(field: string, code: string): Problem {
  return ourProblem('invalid_input', [{ field, code }]);
}

async function refusal(response: Response): Promise<Problem> {
  // OAuth's endpoints name their errors otherwise (RFC 6749 §5.2).
  type Body = Partial<Problem> & { error?: string; error_description?: string };
  const body: Body = await response.json().catch(() => ({}));
  const wait = Number(response.headers.get('Retry-After'));
  return {
    status: response.status,
    code: body.code ?? body.error ?? 'unexpected',
    detail: body.detail ?? body.error_description ?? '',
    errors: body.errors ?? [],
    ...(wait > 0 && { retry_after_s: wait }),
  };
}

export async function call<Value>(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Answer<Value>> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: { Accept: 'application/json', ...(body && { 'Content-Type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
  } catch {
    return { problem: unreachable };
  }
  if (!response.ok) return { problem: await refusal(response) };
  try {
    const text = await response.text();
    return { value: (text ? JSON.parse(text) : undefined) as Value };
  } catch {
    // Cut off, or of somebody in between, such as a network's own sign-in page.
    return { problem: { ...ourProblem('unexpected'), status: response.status } };
  }
}

export const get = <Value>(path: string) => call<Value>('GET', path);
export const post = <Value = void>(path: string, body: object = {}) => call<Value>('POST', path, body);
export const patch = <Value>(path: string, body: object) => call<Value>('PATCH', path, body);
export const remove = (path: string) => call<void>('DELETE', path);

/// The caller is not signed in (any more).
export function needsSignIn(problem: Problem): boolean {
  return problem.status === 401 && problem.code !== 'invalid_credentials';
}

export function problemText({ code, detail, status, retry_after_s: wait }: Problem): string {
  const timed = `error.${code}.timed`;
  if (wait !== undefined && isKey(timed)) return t(timed, { wait: durationText(wait) });
  const key = `error.${code}`;
  if (isKey(key)) return t(key, { status });
  return detail || t('error.unexpected', { status });
}

export function fieldErrorText({ field, code, message }: FieldError): string {
  for (const key of [`field.${field.replace(/^\w+_(?=password$)/, '')}.${code}`, `field.${code}`]) {
    if (isKey(key)) return t(key);
  }
  return message ?? t('error.invalid_input');
}
