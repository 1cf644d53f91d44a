#include "aws/client.h"

#include <fmt/format.h>
#include <zlib.h>

#include <charconv>
#include <map>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "aws/checked_clock.h"
#include "aws/endpoint.h"
#include "aws/retry.h"
#include "aws/service_error.h"
#include "aws/sigv4.h"
#include "base/encoding.h"

namespace voyages::aws {

namespace {

using std::chrono::milliseconds;

/// What came of one try.
struct Outcome {
  std::optional<http::Response> response{};
  std::optional<Failure> failure{};  // nothing: it worked
  ServiceError error{};              // the code is empty when no service said it
  bool may_have_happened = false;
  bool timed_out = false;
  Time signed_at{};
};

template <class Number>
std::optional<Number> read_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// DynamoDB sends the checksum of the body as it was sent; a body that was compressed is another.
bool is_intact(const http::Response& response) {
  const auto* field = response.headers.find("x-amz-crc32");
  if (!field || response.headers.find("Content-Encoding")) return true;
  const auto body = response.content();
  const auto computed =
      crc32_z(crc32_z(0, nullptr, 0), reinterpret_cast<const unsigned char*>(body.data()), body.size());
  return read_number<std::uint32_t>(*field) == computed;
}

SigningRules rules_of(const Service& called) {
  if (called.signing_name != service::s3.signing_name) return {};
  return {.normalise_path = false, .encode_path = false, .content_sha256 = true, .presigns_any_body = true};
}

std::optional<milliseconds> wanted_delay(const Outcome& outcome) {
  const auto* field = outcome.response ? outcome.response->headers.find("x-amz-retry-after") : nullptr;
  const auto delay_ms = field ? read_number<std::uint32_t>(*field) : std::nullopt;
  if (!delay_ms) return std::nullopt;
  return milliseconds(*delay_ms);
}

// Spreads the retries of many machines; nothing secret depends on it.
double random_fraction() {
  static thread_local std::random_device device;
  return std::uniform_real_distribution<double>(0, 1)(device);
}

std::string describe_call(const Call& call) {
  return fmt::format("{} {}", to_lower_ascii(call.service.id), call.operation);
}

std::string describe(const Call& call, const Outcome& outcome) {
  auto text = describe_call(call) + ": " + outcome.error.code;
  if (!outcome.error.code.empty() && !outcome.error.message.empty()) text += ": ";
  return text + outcome.error.message;
}

Outcome judge(http::Response response) {
  Outcome outcome;
  // The service has done what it was asked for; only its answer is lost.
  const bool intact = is_intact(response);
  if (!intact) {
    outcome.failure = Failure::transient;
    outcome.error.message = "the answer's checksum (x-amz-crc32) is wrong";
    outcome.may_have_happened = true;
  } else if (response.status / 100 != 2) {
    outcome.error = read_error(response);
    outcome.failure = classify(response.status, outcome.error.code);
    outcome.may_have_happened = outcome.failure == Failure::transient;
  }
  outcome.response = std::move(response);
  return outcome;
}

}  // namespace

struct Client::Implementation {
  Implementation(ClientOptions client_options, CredentialsSource& source, http::client::Client& http_client,
                 const Clock& machine_clock, Logger& logger, Metrics& registry)
      : options(std::move(client_options)),
        credentials(source),
        http(http_client),
        clock(machine_clock),
        log(logger),
        metrics(registry) {}

  Outcome try_once(const Call& call, const http::client::Origin& origin);
  void count(const Call& call, const Outcome& outcome);
  bool set_clock_right(const Call& call, const Outcome& outcome);
  RetryQuota& quota_of(const Service& called);
  [[noreturn]] void refuse(const Call& call, Outcome outcome) const;

  ClientOptions options;
  CredentialsSource& credentials;
  http::client::Client& http;
  CheckedClock clock;
  Logger& log;
  Metrics& metrics;
  SigningKeys keys;
  std::mutex mutex;
  std::map<std::string, RetryQuota, std::less<>> quotas;  // by Service::id; guarded by the mutex
};

Outcome Client::Implementation::try_once(const Call& call, const http::client::Origin& origin) {
  const auto now = clock.now();
  const auto keys_of_now = credentials.get();
  auto request = call.request;
  const auto key = keys.get(keys_of_now, now, options.region, call.service.signing_name);
  sign(request, origin.authority(),
       {keys_of_now, key, options.region, call.service.signing_name, now, rules_of(call.service)});
  Outcome outcome;
  try {
    outcome = judge(http.send(origin, request, {.total = call.timeout, .response_bytes = call.response_bytes}));
  } catch (const http::client::TransferFailed& error) {
    outcome.failure = Failure::transient;
    outcome.error.message = error.what();
    outcome.may_have_happened = error.may_have_arrived();
    outcome.timed_out = error.timed_out();
  }
  outcome.signed_at = now;
  return outcome;
}

void Client::Implementation::count(const Call& call, const Outcome& outcome) {
  constexpr std::string_view results[] = {"refused", "throttled", "failed"};
  const auto result = outcome.failure ? results[static_cast<std::size_t>(*outcome.failure)] : "ok";
  metrics
      .counter("voyages_aws_requests_total", "Requests to AWS, each try counted.",
               fmt::format(R"(service="{}",operation="{}",result="{}")", to_lower_ascii(call.service.id),
                           call.operation, result))
      .add();
}

bool Client::Implementation::set_clock_right(const Call& call, const Outcome& outcome) {
  if (!may_mean_wrong_clock(outcome.error.code)) return false;
  const auto ahead = clock.correct_by(outcome.response->headers.get("Date"));
  // Another thread may have set it right since this request was signed.
  if (!ahead) return std::chrono::abs(clock.now() - outcome.signed_at) > CheckedClock::forgiven;
  log.warn(
      fmt::format("This machine's clock is {} s {}: requests to AWS are signed with a corrected time. Set it right, "
                  "for tokens and expiry depend on it too.",
                  std::chrono::abs(*ahead).count(), ahead->count() > 0 ? "ahead" : "behind"),
      {{"operation", describe_call(call)}});
  return true;
}

RetryQuota& Client::Implementation::quota_of(const Service& called) {
  const std::scoped_lock lock(mutex);
  return quotas.try_emplace(std::string(called.id)).first->second;  // a map never moves what it holds
}

void Client::Implementation::refuse(const Call& call, Outcome outcome) const {
  auto text = describe(call, outcome);
  if (may_mean_wrong_clock(outcome.error.code) && clock.ahead_by() != std::chrono::seconds(0)) {
    text += fmt::format(" (this machine's clock is {} s off, and signing with a corrected time did not help)",
                        std::chrono::abs(clock.ahead_by()).count());
  }
  throw Refused(std::move(outcome.error.code), outcome.response->status, text, std::move(outcome.response->body));
}

Client::Client(ClientOptions options, CredentialsSource& credentials, http::client::Client& http, const Clock& clock,
               Logger& log, Metrics& metrics)
    : implementation_(std::make_unique<Implementation>(std::move(options), credentials, http, clock, log, metrics)) {}

Client::~Client() = default;

http::Response Client::call(const Call& call) {
  auto& self = *implementation_;
  const auto origin = endpoint_of(self.options, call.service);
  auto& quota = self.quota_of(call.service);
  int paid = 0;
  bool renewed = false;
  bool corrected = false;
  for (unsigned attempt = 1;;) {
    auto outcome = self.try_once(call, origin);
    self.count(call, outcome);
    if (!outcome.failure) {
      quota.release(paid > 0 ? paid : RetryQuota::success_refund);
      return std::move(*outcome.response);
    }
    if (outcome.failure == Failure::refused) {
      if (!renewed && says_expired_credentials(outcome.error.code)) {
        renewed = true;
        self.credentials.expire();
      } else if (!corrected && self.set_clock_right(call, outcome)) {
        corrected = true;
      } else {
        self.refuse(call, std::move(outcome));
      }
      continue;
    }
    if (outcome.may_have_happened && !call.repeatable) throw Uncertain(describe(call, outcome));
    const int cost = outcome.timed_out ? RetryQuota::timeout_retry_cost : RetryQuota::retry_cost;
    if (attempt >= self.options.attempts || !quota.acquire(cost)) {
      throw Unavailable(fmt::format("{} ({} of {} tries)", describe(call, outcome), attempt, self.options.attempts));
    }
    paid = cost;
    std::this_thread::sleep_for(
        delay_before({call.service.id, attempt, *outcome.failure, wanted_delay(outcome)}, random_fraction()));
    ++attempt;
  }
}

std::string Client::presign(const Service& called, http::Request request, std::chrono::seconds expires_in) {
  auto& self = *implementation_;
  const auto origin = endpoint_of(self.options, called);
  const auto now = self.clock.now();
  const auto credentials = self.credentials.get();
  const auto key = self.keys.get(credentials, now, self.options.region, called.signing_name);
  aws::presign(request, origin.authority(),
               {credentials, key, self.options.region, called.signing_name, now, rules_of(called)}, expires_in);
  return fmt::format("{}://{}{}", origin.tls ? "https" : "http", origin.authority(), request.target);
}

const std::string& Client::region() const { return implementation_->options.region; }

}  // namespace voyages::aws
