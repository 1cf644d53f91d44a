// List prices of us-east-1 in US dollars, on demand, without free tiers, discounts and taxes, as their pages stood in
// November 2026. https://aws.amazon.com/dynamodb/pricing/on-demand/, /lambda/pricing/, /sqs/pricing/, /ses/pricing/,
// /secrets-manager/pricing/, /s3/pricing/,
// /cloudwatch/pricing/
export const prices_date = 'November 2026';

export const prices = {
  dynamodb_write_unit: { dollars: 0.625e-6, what: 'DynamoDB, write request unit', per: 1e6 },
  dynamodb_read_unit: { dollars: 0.125e-6, what: 'DynamoDB, read request unit', per: 1e6 },
  dynamodb_gb_month: { dollars: 0.25, what: 'DynamoDB, GB-month stored (first 25 GB free)', per: 1 },
  dynamodb_backup_gb_month: { dollars: 0.20, what: 'DynamoDB, GB-month of point-in-time recovery', per: 1 },
  lambda_request: { dollars: 0.20e-6, what: 'Lambda, request', per: 1e6 },
  lambda_gb_s: { dollars: 0.0000166667, what: 'Lambda, GB-second on x86_64 (arm64: a fifth less)', per: 1e6 },
  sqs_request: { dollars: 0.40e-6, what: 'SQS, request (standard queue)', per: 1e6 },
  ses_mail: { dollars: 100e-6, what: 'SES, mail sent', per: 1e6 },
  s3_list: { dollars: 5e-6, what: 'S3, request that writes or lists', per: 1e6 },
  secret_month: { dollars: 0.40, what: 'Secrets Manager, secret and month', per: 1 },
  alarm_month: { dollars: 0.10, what: 'CloudWatch, alarm and month (first ten free)', per: 1 },
  metric_month: { dollars: 0.30, what: 'CloudWatch, custom metric and month (first ten free)', per: 1 },
  log_gb: { dollars: 0.50, what: 'CloudWatch Logs, GB taken in', per: 1 },
};
