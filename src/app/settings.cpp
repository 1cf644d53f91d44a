#include "app/settings.h"

#include <iterator>
#include <set>
#include <stdexcept>

#include "app/brand_color.h"
#include "app/own_settings.h"
#include "app/parts.h"
#include "base/url.h"
#include "http/address_ranges.h"
#include "part/setting_kinds.h"
#include "part/values.h"

namespace voyages::app {

namespace {

using namespace std::chrono_literals;
using part::choice;
using part::duration;
using part::list;
using part::number;
using part::path;
using part::text;

bool consists_of(std::string_view text, std::size_t least, std::size_t most, std::string_view others) {
  const auto allowed = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.find(c) != others.npos;
  };
  return text.size() >= least && text.size() <= most && std::ranges::all_of(text, allowed);
}

bool is_table_name(std::string_view text) { return consists_of(text, 3, 255, "_.-"); }
bool is_bucket_name(std::string_view text) { return consists_of(text, 3, 63, ".-"); }
bool is_topic_arn(std::string_view text) { return text.starts_with("arn:") && consists_of(text, 20, 1024, ":_-."); }
bool is_queue_url(std::string_view text) {
  const auto parts = split_url(text);
  if (!parts || !part::parse_origin(text.substr(0, text.size() - parts->rest.size()))) return false;
  return parts->rest.starts_with('/') && consists_of(text, 10, 1024, ":/_-.");
}

bool is_brand_color(std::string_view text) { return Color::parse(text).has_value(); }

bool is_origin_or_any(std::string& item) {
  if (item == "*") return true;
  auto origin = part::parse_origin(item);
  if (!origin) return false;
  item = std::move(*origin);
  return true;
}

bool is_address_or_range(std::string& item) { return http::AddressRanges::parse({item}).has_value(); }

// Where we are and what we stand on.
std::vector<part::Setting> first_settings() {
  return {
      listen(),
      metrics_listen(),
      data(),
      public_url(),
      choice<TableEngine>("table", &Config::table, "sqlite",
                          {{"sqlite", TableEngine::sqlite}, {"dynamodb", TableEngine::dynamodb}},
                          "Where accounts, sessions and mails are kept: SQLite in the data directory, or DynamoDB."),
      text("dynamodb_table", &Config::dynamodb_table, "voyages", "3 to 255 letters, digits, `_`, `.` or `-`",
           "The name of the table in DynamoDB.", is_table_name),
      text("sqs_queue_url", &Config::sqs_queue_url, "", "the https:// address of a queue in SQS, or empty",
           "The queue for work to do later; empty keeps it in the data directory.", is_queue_url),
      text("sqs_slow_queue_url", &Config::sqs_slow_queue_url, "", "the https:// address of a queue in SQS, or empty",
           "The queue for slow work, such as bulk mail, beside `sqs_queue_url`; empty leaves it in that one.",
           is_queue_url),
      text("s3_bucket", &Config::s3_bucket, "", "the name of a bucket in S3, or empty",
           "The bucket for what is too large for the table; empty keeps files in the data directory.", is_bucket_name),
      text("sns_topic_arn", &Config::sns_topic_arn, "", "the ARN of a topic in SNS, or empty",
           "The topic that tells the operator what a person must look at; empty: the log alone.", is_topic_arn),
      product_name(),
      text("brand_color", &Config::brand_color, "", "a colour like #0b5c8f, or empty",
           "The colour of buttons and links on the pages; made lighter or darker where it could not be read.",
           is_brand_color),
      path("brand_logo", &Config::brand_logo, "the path of an SVG or PNG file, or empty",
           "The logo on the pages; empty shows ours."),
      path("brand_css", &Config::brand_css, "the path of a CSS file, or empty",
           "Style rules of your own for the pages, read after ours."),
  };
}

// What follows the settings of the services.
std::vector<part::Setting> last_settings() {
  return {
      number("job_threads", &Config::job_threads, 8, 1, 64,
             "Threads that do quick work, such as mail that somebody waits for. At most half of them wait for mail "
             "servers, and as many for sites that are told of a logout."),
      number("slow_job_threads", &Config::slow_job_threads, 4, 1, 64,
             "Threads that do slow work, such as bulk mail. At most half of them wait for mail servers."),
      number("queue_attempts", &Config::queue_attempts, 8, 1, 100,
             "How often queued work is tried before it is a dead letter; with SQS, less than `maxReceiveCount`."),
      choice<LambdaResponseMode>(
          "lambda_response_mode", &Config::lambda_response_mode, "buffered",
          {{"buffered", LambdaResponseMode::buffered}, {"streaming", LambdaResponseMode::streaming}},
          "How answers leave a Lambda function: as its URL's invoke mode is BUFFERED or RESPONSE_STREAM."),
      list("cors_origins", &Config::cors_origins,
           "origins like https://app.example.com without a path, or * for any (which then get no credentials)",
           "The sites whose pages may call from a browser.", is_origin_or_any),
      list("trusted_proxies", &Config::trusted_proxies, "addresses or ranges like 127.0.0.1, 10.0.0.0/8 or ::1",
           "The proxies whose `X-Forwarded-*` is believed.", is_address_or_range),
      list("outgoing_allow", &Config::outgoing_allow, "addresses or ranges like 10.0.0.0/8, 192.168.1.7 or fd00::/8",
           "The addresses outside the public internet that sign-in providers and clients to be told of a logout may "
           "have. This machine's loopback is allowed as well where `public_url` is there.",
           is_address_or_range),
      choice<LogLevel>("log_level", &Config::log_level, "info",
                       {{"debug", LogLevel::debug},
                        {"info", LogLevel::info},
                        {"warn", LogLevel::warn},
                        {"error", LogLevel::error},
                        {"off", LogLevel::off}},
                       "The least level that is logged."),
      number("io_threads", &Config::io_threads, 0, 0, 1024,
             "Threads that read and write connections; 0 is one a core."),
      number("worker_threads", &Config::worker_threads, 64, 1, 4096,
             "Threads that run what waits for the disk, as most writes do."),
      number("outgoing_threads", &Config::outgoing_threads, 32, 2, 1024,
             "Threads that run what waits for other servers, as signing in with a provider does; half of them at most "
             "wait for the same one."),
      number("max_connections", &Config::max_connections, 10000, 1, 1000000,
             "Connections held at once; a further one is answered 503."),
      max_body(),
      duration("header_timeout", &Config::header_timeout, "10s", 1s, 1h,
               "How long a request's header may take to arrive."),
      duration("body_timeout", &Config::body_timeout, "30s", 1s, 1h,
               "How long a request's body may take to arrive; up to four times as long while it keeps coming."),
      duration("idle_timeout", &Config::idle_timeout, "60s", 1s, 24h,
               "How long a connection may wait between requests."),
      duration("write_timeout", &Config::write_timeout, "30s", 1s, 1h, "How long a client may take to read an answer."),
      master_key(),
  };
}

}  // namespace

std::vector<part::Setting> make_settings(std::span<const part::Part> parts) {
  auto table = first_settings();
  for (const auto& each : parts) std::ranges::copy(each.settings, std::back_inserter(table));
  std::ranges::move(last_settings(), std::back_inserter(table));
  std::set<std::string_view> names;
  for (const auto& setting : table) {
    if (!names.insert(setting.name).second) throw std::logic_error("two settings have the name " + setting.name);
  }
  return table;
}

std::span<const part::Setting> settings() {
  static const std::vector<part::Setting> table = make_settings(parts());
  return table;
}

const part::Setting* find_setting(std::string_view name, std::span<const part::Setting> table) {
  const auto found = std::ranges::find(table, name, &part::Setting::name);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace voyages::app
