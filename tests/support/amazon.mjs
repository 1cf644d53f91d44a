// Everything of AWS that the program uses, on this machine: DynamoDB Local, and moto for the rest.
import { startDynamodbLocal } from './dynamodb_local.mjs';
import { queueEvent } from './lambda_events.mjs';
import { region, startMoto } from './moto.mjs';
import { run } from './server.mjs';
import { callDynamodb, callUnsigned, unsignedAuthorization } from './unsigned.mjs';

const queueName = 'voyages';
const bucket = 'voyages-blobs';

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

  sqs(operation, body) {
    return callUnsigned(this.moto.endpoint, 'sqs', `AmazonSQS.${operation}`, body);
  }

  /// A call of DynamoDB, beside the program's own.
  table(operation, body) {
    return callDynamodb(this.dynamodb.endpoint, operation, { TableName: 'voyages', ...body });
  }

  async prepare() {
    const { QueueUrl } = await this.sqs('CreateQueue', { QueueName: queueName, Attributes: { VisibilityTimeout: '30' } });
    this.settings.VOYAGES_SQS_QUEUE_URL = QueueUrl;
    const slow = await this.sqs('CreateQueue', { QueueName: `${queueName}-slow`, Attributes: { VisibilityTimeout: '30' } });
    this.settings.VOYAGES_SQS_SLOW_QUEUE_URL = slow.QueueUrl;
    const made = await fetch(`${this.moto.endpoint}/${bucket}`, {
      method: 'PUT', headers: { authorization: unsignedAuthorization('s3') },
      body: `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`,
    });
    if (!made.ok) throw new Error(`no bucket: ${made.status} ${await made.text()}`);
    const identity = await fetch(`${this.moto.endpoint}/v2/email/identities`, {
      method: 'POST', headers: { authorization: unsignedAuthorization('ses'), 'content-type': 'application/json' },
      body: JSON.stringify({ EmailIdentity: 'example.com' }),
    });
    if (!identity.ok) throw new Error(`no mail identity: ${identity.status} ${await identity.text()}`);
    const topic = await this.moto.query('sns', '2010-03-31', { Action: 'CreateTopic', Name: 'notices' });
    this.settings.VOYAGES_SNS_TOPIC_ARN = topic.match(/<TopicArn>(.+)<\/TopicArn>/)[1];
    const table = await run(['table', 'create'], { settings: this.settings });
    if (table.code !== 0) throw new Error(table.stderr);
  }

  /// What waits in a queue, and is gone from it then.
  async receive(QueueUrl) {
    const { Messages = [] } = await this.sqs('ReceiveMessage', {
      QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], AttributeNames: ['All'],
    });
    for (const { ReceiptHandle } of Messages) await this.sqs('DeleteMessage', { QueueUrl, ReceiptHandle });
    return Messages;
  }

  /// The URL of a queue of one's own, which gets what is published to the topic.
  async subscribeQueue() {
    const { QueueUrl } = await this.sqs('CreateQueue', { QueueName: 'operators' });
    const { Attributes } = await this.sqs('GetQueueAttributes', { QueueUrl, AttributeNames: ['QueueArn'] });
    await this.moto.query('sns', '2010-03-31', {
      Action: 'Subscribe', TopicArn: this.settings.VOYAGES_SNS_TOPIC_ARN, Protocol: 'sqs', Endpoint: Attributes.QueueArn,
    });
    return QueueUrl;
  }

  /// What waits in the queues, as an event that Lambda makes of it; the messages are gone from them.
  async takeQueueEvent() {
    const { VOYAGES_SQS_QUEUE_URL: quick, VOYAGES_SQS_SLOW_QUEUE_URL: slow } = this.settings;
    return queueEvent([...await this.receive(quick), ...await this.receive(slow)]);
  }

  async stop() {
    await Promise.all([this.dynamodb.stop(), this.moto.stop()]);
  }
}

/// A small AWS of one's own, with a table, two queues, a bucket, a topic and a mail identity.
export async function startAmazon() {
  const [dynamodb, moto] = await Promise.all([startDynamodbLocal(), startMoto()]);
  const amazon = new Amazon(dynamodb, moto);
  await amazon.prepare();
  return amazon;
}
