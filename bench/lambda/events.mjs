// The events of tests/support/lambda_events.mjs as text, for everybody's functions, and the answers to them.
import { notificationEvent, queueEvent, scheduleEvent, urlEvent } from '../../tests/support/lambda_events.mjs';

// As curl asks.
const callerHeaders = {
  accept: '*/*', 'accept-encoding': 'identity', host: 'abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws',
  'user-agent': 'curl/8.5.0', 'x-forwarded-for': '192.0.2.7', 'x-amzn-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700',
};

/// The event of one HTTP request.
export function functionUrlEvent(method, path, { body, token } = {}) {
  const headers = { ...callerHeaders };
  if (body) headers['content-type'] = 'application/json';
  if (token) headers.authorization = `Bearer ${token}`;
  return JSON.stringify(urlEvent(method, path, { headers, body: body && JSON.stringify(body), sourceIp: '192.0.2.7' }));
}

/// An event that is no request's.
export const event = {
  /// `messages` are SendMessage's or SendMessageBatch's.
  queue: (messages) => JSON.stringify(queueEvent(messages)),
  notification: (message) => JSON.stringify(notificationEvent(message)),
  schedule: () => JSON.stringify(scheduleEvent()),
};

/// {status, body} of a response, buffered or streamed: a streamed one has its JSON prelude before eight NULs.
export function httpAnswer(response) {
  const [prelude, ...rest] = response.split('\0\0\0\0\0\0\0\0');
  const answer = JSON.parse(prelude);
  let text = rest.length ? rest.join('\0'.repeat(8)) : answer.body ?? '';
  if (answer.isBase64Encoded) text = Buffer.from(text, 'base64').toString();
  return { status: answer.statusCode, text };
}
