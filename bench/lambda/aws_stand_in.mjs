// Stands in for SQS, SES, SNS and S3 where only their use is counted: it says yes to everything, keeps nothing but what was
// queued, so that it can be brought to the function as Lambda's pollers would.
import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const md5 = (text) => createHash('md5').update(text).digest('hex');

function queued(entry) {
  return { MessageId: randomUUID(), MD5OfMessageBody: md5(entry.MessageBody), Id: entry.Id };
}

/// {endpoint, take, stop}: `take()` gives {calls, messages} since the last one.
export async function startStandIn() {
  let taken = { calls: {}, messages: [] };
  const count = (name) => { taken.calls[name] = (taken.calls[name] ?? 0) + 1; };

  function answer(request, text) {
    const operation = request.headers['x-amz-target']?.split('.').pop();
    if (operation) count(`SQS ${operation}`);
    if (operation === 'SendMessage') {
      const message = JSON.parse(text);
      taken.messages.push(message);
      return queued(message);
    }
    if (operation === 'SendMessageBatch') {
      const { Entries: entries } = JSON.parse(text);
      taken.messages.push(...entries);
      return { Successful: entries.map(queued), Failed: [] };
    }
    if (operation) return {};
    if (request.url.startsWith('/v2/email/outbound-emails')) {
      count('SES SendEmail');
      return { MessageId: `0100${randomUUID()}` };
    }
    if (request.url.includes('list-type=2')) {
      count('S3 ListObjectsV2');
      return '<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>';
    }
    count(`other ${request.method}`);
    return {};
  }

  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
      const body = answer(request, Buffer.concat(chunks).toString());
      const isXml = typeof body === 'string';
      const headers = { 'content-type': `application/${isXml ? 'xml' : 'json'}`, 'x-amzn-requestid': randomUUID() };
      response.writeHead(200, headers).end(isXml ? body : JSON.stringify(body));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${server.address().port}`;
  return {
    endpoint,
    queueUrl: `${endpoint}/123456789012/jobs`,
    take() {
      const result = taken;
      taken = { calls: {}, messages: [] };
      return result;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
