// Events as a Function URL brings them (payload format 2.0), and the answers to them.

/// The event of one HTTP request.
export function functionUrlEvent(method, path, { body, token } = {}) {
  const domain = 'abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws';
  const headers = {
    accept: '*/*', 'accept-encoding': 'identity', host: domain, 'user-agent': 'curl/8.5.0', 'x-forwarded-for': '192.0.2.7',
    'x-forwarded-port': '443', 'x-forwarded-proto': 'https', 'x-amzn-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700',
  };
  if (body) headers['content-type'] = 'application/json';
  if (token) headers.authorization = `Bearer ${token}`;
  return JSON.stringify({
    version: '2.0', routeKey: '$default', rawPath: path, rawQueryString: '', headers,
    requestContext: {
      accountId: 'anonymous', apiId: domain.split('.')[0], domainName: domain, domainPrefix: domain.split('.')[0],
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.7', userAgent: 'curl/8.5.0' },
      requestId: 'e1506fd5-9e7b-434f-bd42-4f8fa224b599', routeKey: '$default', stage: '$default',
      time: '24/Nov/2026:06:00:00 +0000', timeEpoch: 1795500000000,
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    isBase64Encoded: false,
  });
}

/// An event that is no request's.
export const event = {
  /// `messages` are SendMessage's or SendMessageBatch's.
  queue(messages) {
    return JSON.stringify({
      Records: messages.map(({ MessageBody: body, MessageAttributes: attributes = {} }, i) => ({
        messageId: `059f36b4-87a3-44ab-83d2-66197597${String(i).padStart(4, '0')}`, receiptHandle: 'handle', body,
        attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
        messageAttributes: Object.fromEntries(Object.entries(attributes).map(([name, { StringValue, DataType }]) =>
          [name, { stringValue: StringValue, dataType: DataType, stringListValues: [], binaryListValues: [] }])),
        eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:jobs', awsRegion: 'us-east-1',
      })),
    });
  },
  notification(message) {
    const sns = {
      Type: 'Notification', MessageId: '95df01b4-ee98-5cb9-9903-4c221d41eb5e', Subject: null, Message: JSON.stringify(message),
      TopicArn: 'arn:aws:sns:us-east-1:123456789012:feedback', Timestamp: new Date().toISOString(), MessageAttributes: {},
    };
    const record = {
      EventVersion: '1.0', EventSource: 'aws:sns', Sns: sns,
      EventSubscriptionArn: 'arn:aws:sns:us-east-1:123456789012:feedback:21be56ed-a058-49f5-8c98-aedd2564c486',
    };
    return JSON.stringify({ Records: [record] });
  },
  schedule() {
    return JSON.stringify({
      version: '0', id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa', 'detail-type': 'Scheduled Event', source: 'aws.events',
      account: '123456789012', time: new Date().toISOString().replace(/\.\d+/, ''), region: 'us-east-1',
      resources: ['arn:aws:events:us-east-1:123456789012:rule/tick'], detail: {},
    });
  },
};

/// {status, body} of a response, buffered or streamed: a streamed one has its JSON prelude before eight NULs.
export function httpAnswer(response) {
  const [prelude, ...rest] = response.split('\0\0\0\0\0\0\0\0');
  const answer = JSON.parse(prelude);
  let text = rest.length ? rest.join('\0'.repeat(8)) : answer.body ?? '';
  if (answer.isBase64Encoded) text = Buffer.from(text, 'base64').toString();
  return { status: answer.statusCode, text };
}
