// Calls to emulators of AWS, which look at no signature.

/// From the header moto reads which service is meant, and DynamoDB Local that there is a caller at all.
export function unsignedAuthorization(service, region = 'eu-central-1') {
  return `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

/// A call by JSON and its answer: await callUnsigned(endpoint, 'sqs', 'AmazonSQS.ListQueues', {}).
export async function callUnsigned(endpoint, service, target, body) {
  const response = await fetch(endpoint, {
    method: 'POST', body: JSON.stringify(body), headers: {
      authorization: unsignedAuthorization(service), 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target,
    },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${target}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : {};
}

export function callDynamodb(endpoint, operation, body) {
  return callUnsigned(endpoint, 'dynamodb', `DynamoDB_20120810.${operation}`, body);
}
