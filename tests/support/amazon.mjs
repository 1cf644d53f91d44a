// Everything of AWS that the program uses, on this machine: DynamoDB Local, and moto for the rest.
import { run } from './server.mjs';
import { startDynamodbLocal } from './dynamodb_local.mjs';
import { region, startMoto } from './moto.mjs';

const queueName = 'voyages';
const bucket = 'voyages-blobs';

const authorization = (service) =>
  `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;

async function answerOf(response) {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : {};
}

class Amazon {
  constructor(dynamodb, moto) {
    Object.assign(this, { dynamodb, moto });
    /// What the program must be told to use all of it.
    this.settings = {
      ...moto.settings, ...dynamodb.settings, AWS_REGION: region, VOYAGES_TABLE: 'dynamodb', VOYAGES_S3_BUCKET: bucket,
      VOYAGES_MAIL_TRANSPORT: 'ses', VOYAGES_MAIL_FROM: 'Clouds <noreply@example.com>', VOYAGES_QUEUE_ATTEMPTS: '3',
      VOYAGES_MASTER_KEY: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8',
    };
  }

  async sqs(operation, body) {
    return answerOf(await fetch(this.moto.endpoint, {
      method: 'POST', body: JSON.stringify(body), headers: {
        authorization: authorization('sqs'), 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}`,
      },
    }));
  }

  async prepare() {
    const { QueueUrl } = await this.sqs('CreateQueue', { QueueName: queueName, Attributes: { VisibilityTimeout: '30' } });
    this.settings.VOYAGES_SQS_QUEUE_URL = QueueUrl;
    const made = await fetch(`${this.moto.endpoint}/${bucket}`, {
      method: 'PUT', headers: { authorization: authorization('s3') },
      body: `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`,
    });
    if (!made.ok) throw new Error(`no bucket: ${made.status} ${await made.text()}`);
    await answerOf(await fetch(`${this.moto.endpoint}/v2/email/identities`, {
      method: 'POST', headers: { authorization: authorization('ses'), 'content-type': 'application/json' },
      body: JSON.stringify({ EmailIdentity: 'example.com' }),
    }));
    const topic = await this.moto.query('sns', '2010-03-31', { Action: 'CreateTopic', Name: 'notices' });
    this.settings.VOYAGES_SNS_TOPIC_ARN = topic.match(/<TopicArn>(.+)<\/TopicArn>/)[1];
    const table = await run(['table', 'create'], { settings: this.settings });
    if (table.code !== 0) throw new Error(table.stderr);
  }

  /// What waits in the queue, as the event that Lambda makes of it; the messages are gone from the queue.
  async takeQueueEvent() {
    const { Messages = [] } = await this.sqs('ReceiveMessage', {
      QueueUrl: this.settings.VOYAGES_SQS_QUEUE_URL, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], AttributeNames: ['All'],
    });
    for (const { ReceiptHandle } of Messages) {
      await this.sqs('DeleteMessage', { QueueUrl: this.settings.VOYAGES_SQS_QUEUE_URL, ReceiptHandle });
    }
    return { Records: Messages.map((message) => queueRecord(message)) };
  }

  async stop() {
    await Promise.all([this.dynamodb.stop(), this.moto.stop()]);
  }
}

/// One record of an SQS event.
export function queueRecord({ MessageId, Body, Attributes, MessageAttributes }) {
  const lowered = Object.fromEntries(Object.entries(MessageAttributes ?? {}).map(([name, { StringValue, DataType }]) =>
    [name, { stringValue: StringValue, stringListValues: [], binaryListValues: [], dataType: DataType }]));
  return {
    messageId: MessageId, receiptHandle: 'AQEB', body: Body, attributes: Attributes, messageAttributes: lowered,
    md5OfBody: '', eventSource: 'aws:sqs', eventSourceARN: `arn:aws:sqs:${region}:123456789012:${queueName}`, awsRegion: region,
  };
}

/// A small AWS of one's own, with a table, a queue, a bucket, a topic and a mail identity.
export async function startAmazon() {
  const [dynamodb, moto] = await Promise.all([startDynamodbLocal(), startMoto()]);
  const amazon = new Amazon(dynamodb, moto);
  await amazon.prepare();
  return amazon;
}
