#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/unavailable.h"
#include "http/client/client.h"
#include "http/message.h"

namespace voyages::aws {

/// A service's names: `id` in AWS_ENDPOINT_URL_<ID> and in metrics, `host_prefix` in its address, `signing_name` in its
/// signatures.
struct Service {
  std::string_view id;
  std::string_view host_prefix;
  std::string_view signing_name;
};

namespace service {
inline constexpr Service dynamodb{"DYNAMODB", "dynamodb", "dynamodb"};
inline constexpr Service sqs{"SQS", "sqs", "sqs"};
inline constexpr Service ses{"SESV2", "email", "ses"};
inline constexpr Service sns{"SNS", "sns", "sns"};
inline constexpr Service s3{"S3", "s3", "s3"};
}  // namespace service

/// One operation of a service, not yet signed.
struct Call {
  const Service& service;
  std::string_view operation;  // `GetItem`
  http::Request request{};     // method, target, headers, body
  /// Sending it twice does no harm, so it is also tried again when the first may have arrived.
  bool repeatable = true;
  std::chrono::milliseconds timeout{10'000};  // of one try
  std::size_t response_bytes = 8U << 20;      // a longer answer is a failure
};

/// The service understood and said no, and asking again would not help.
class Refused : public std::runtime_error {
 public:
  Refused(std::string code_text, int http_status, const std::string& message, std::string answer)
      : std::runtime_error(message), code(std::move(code_text)), status(http_status), body(std::move(answer)) {}

  std::string code;  // `ConditionalCheckFailedException`, without a namespace before it
  int status;
  std::string body;  // what else the service said, as JSON or XML
};

/// A call that must not be repeated may have happened or not.
class Uncertain : public Unavailable {
 public:
  using Unavailable::Unavailable;
};

/// What the client is told once.
struct ClientOptions {
  std::string region{};
  /// By `Service::id`, and "" for all others: AWS_ENDPOINT_URL_<ID>, AWS_ENDPOINT_URL.
  std::map<std::string, http::client::Origin, std::less<>> endpoints{};
  unsigned attempts = 3;  // AWS_MAX_ATTEMPTS
};

/// Region and endpoints as the environment and the profile files say. Throws std::runtime_error with a sentence for the
/// operator when there is no region.
ClientOptions read_client_options();

/// Signs, sends and repeats calls as botocore's standard mode does. Thread-safe.
class Client {
 public:
  Client(ClientOptions options, CredentialsSource& credentials, http::client::Client& http, const Clock& clock,
         Logger& log, Metrics& metrics);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// The answer, whose status is 2xx. Throws `Refused`, `Uncertain`, or `Unavailable` when every try failed.
  http::Response call(const Call& call);
  /// The URL of a request that is signed by its query, so that whoever has it may send it in that time, with the
  /// headers given here. The service is not asked.
  std::string presign(const Service& called, http::Request request, std::chrono::seconds expires_in);
  [[nodiscard]] const std::string& region() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace voyages::aws
