// Events as Lambda hands them to a function, as objects.
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';

const region = 'eu-central-1';
const account = '123456789012';
const domain = 'abcdefgh.lambda-url.eu-central-1.on.aws';
const textTypes = /^(text\/|application\/(json|problem\+json|x-www-form-urlencoded|javascript|xml))/;

/// A request to a function's URL, in payload format 2.0. `path` may have a query; `body` is text or bytes.
export function urlEvent(method, path, { headers = {}, body, cookies, sourceIp = '127.0.0.1' } = {}) {
  const [rawPath, rawQueryString = ''] = path.split(/\?(.*)/s);
  const sent = { host: domain, 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' };
  for (const [name, value] of Object.entries(headers)) sent[name.toLowerCase()] = value;
  const [prefix] = sent.host.split('.');
  const now = new Date();
  const event = {
    version: '2.0', routeKey: '$default', rawPath, rawQueryString, headers: sent,
    requestContext: {
      accountId: 'anonymous', apiId: prefix, domainName: sent.host, domainPrefix: prefix,
      http: { method, path: decodeURIComponent(rawPath), protocol: 'HTTP/1.1', sourceIp, userAgent: sent['user-agent'] ?? '' },
      requestId: randomUUID(), routeKey: '$default', stage: '$default', time: now.toUTCString(), timeEpoch: now.getTime(),
    },
    isBase64Encoded: false,
  };
  if (rawQueryString) event.queryStringParameters = Object.fromEntries(new URLSearchParams(rawQueryString));
  if (cookies) event.cookies = cookies;
  if (body !== undefined) {
    const isText = textTypes.test(sent['content-type'] ?? '') && isUtf8(Buffer.from(body));
    event.body = Buffer.from(body).toString(isText ? 'utf8' : 'base64');
    event.isBase64Encoded = !isText;
  }
  return event;
}

/// One record of an event of SQS. The message is as ReceiveMessage gives it, or as SendMessage took it.
export function queueRecord({ MessageId = randomUUID(), MessageBody, Body = MessageBody, Attributes, MessageAttributes = {} }) {
  const lowered = Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue, DataType }]) =>
    [name, { stringValue: StringValue, stringListValues: [], binaryListValues: [], dataType: DataType }]));
  return {
    messageId: MessageId, receiptHandle: 'AQEB', body: Body, messageAttributes: lowered, md5OfBody: '',
    attributes: Attributes ?? { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
    eventSource: 'aws:sqs', eventSourceARN: `arn:aws:sqs:${region}:${account}:voyages`, awsRegion: region,
  };
}

export const queueEvent = (messages) => ({ Records: messages.map((message) => queueRecord(message)) });

/// What SNS hands over; `message` becomes its text.
export function notificationEvent(message) {
  const topic = `arn:aws:sns:${region}:${account}:feedback`;
  return { Records: [{
    EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: `${topic}:21be56ed-a058-49f5-8c98-aedd2564c486`,
    Sns: {
      Type: 'Notification', MessageId: randomUUID(), TopicArn: topic, Subject: null, Message: JSON.stringify(message),
      Timestamp: new Date().toISOString(), SignatureVersion: '1', Signature: '', SigningCertUrl: '', UnsubscribeUrl: '',
      MessageAttributes: {},
    },
  }] };
}

/// EventBridge's, when the time has come.
export function scheduleEvent() {
  return {
    version: '0', id: randomUUID(), 'detail-type': 'Scheduled Event', source: 'aws.events', account, region,
    time: new Date().toISOString().replace(/\.\d+/, ''), resources: [`arn:aws:events:${region}:${account}:rule/tick`], detail: {},
  };
}

/// S3's, of a new object. `key` is as S3 writes it: encoded as in a form.
export function uploadEvent(key) {
  return { Records: [{
    eventVersion: '2.1', eventSource: 'aws:s3', awsRegion: region, eventName: 'ObjectCreated:Put',
    s3: { bucket: { name: 'voyages-blobs' }, object: { key, size: 5, eTag: 'x', sequencer: '1' } },
  }] };
}
