#include "app/amazon.h"

#include "aws/default_credentials.h"
#include "aws/dynamodb/table.h"
#include "aws/s3/blobs.h"
#include "aws/sns/notifier.h"

namespace voyages::app {

namespace {

// A server that is told to stop waits as long for its workers; each of them asks as often.
constexpr std::chrono::seconds queue_wait{5};

}  // namespace

Amazon::Amazon(const Clock& clock, Logger& log, Metrics& metrics)
    : clock_(clock),
      log_(log),
      metrics_(metrics),
      http_(http::client::Trust::amazon),
      credentials_(aws::default_credentials(http_, clock, log)),
      client_(aws::read_client_options(), *credentials_, http_, clock, log, metrics) {}

std::unique_ptr<store::Table> Amazon::table(const std::string& name) {
  return std::make_unique<aws::dynamodb::DynamodbTable>(client_, name, clock_, metrics_);
}

std::shared_ptr<aws::sqs::SqsQueue> Amazon::queue(const std::string& url, const std::string& slow_url) {
  return std::make_shared<aws::sqs::SqsQueue>(
      client_, aws::sqs::QueueOptions{.url = url, .wait = queue_wait, .slow_url = slow_url});
}

std::unique_ptr<store::Blobs> Amazon::blobs(const std::string& bucket) {
  return std::make_unique<aws::s3::S3Blobs>(client_, aws::s3::BlobsOptions{.bucket = bucket, .key_prefix = "blobs/"});
}

std::unique_ptr<Notifier> Amazon::notifier(const std::string& topic_arn) {
  return std::make_unique<aws::sns::SnsNotifier>(client_, topic_arn, log_);
}

}  // namespace voyages::app
