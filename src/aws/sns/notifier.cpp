#include "aws/sns/notifier.h"

#include <algorithm>
#include <stdexcept>

#include "aws/canonical_request.h"
#include "base/encoding.h"
#include "base/escape.h"

namespace voyages::aws::sns {

namespace {

constexpr std::size_t longest_subject = 100;
constexpr std::size_t longest_text = 100 * 1024;

// SNS API Reference, "Publish": ASCII, one line, begins with a letter, a number or punctuation, under 100 characters.
std::string to_subject(std::string_view subject) {
  std::string line;
  for (const char c : subject) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7F) line += c;
    if (byte >= 0x7F && (byte & 0xC0U) != 0x80U) line += '?';  // once for each character
    if (byte <= 0x20 && !line.empty() && !line.ends_with(' ')) line += ' ';
  }
  line.resize(std::min(line.size(), longest_subject - 1));
  while (line.ends_with(' ')) line.pop_back();
  return line.empty() ? "Cloud Voyages" : line;
}

std::string to_message(std::string_view text) {
  auto end = std::min(text.size(), longest_text);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  std::string message(text.substr(0, end));
  if (!is_utf8(message)) {
    for (auto& c : message) c = static_cast<unsigned char>(c) < 0x80 ? c : '?';
  }
  return message.empty() ? "-" : message;
}

// WHATWG URL, "application/x-www-form-urlencoded": a space is a plus.
std::string to_form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string form;
  for (const auto& [name, value] : fields) {
    if (!form.empty()) form += '&';
    form.append(name) += '=';
    auto encoded = percent_encode(value);
    for (auto at = encoded.find("%20"); at != std::string::npos; at = encoded.find("%20", at))
      encoded.replace(at, 3, "+");
    form += encoded;
  }
  return form;
}

}  // namespace

SnsNotifier::SnsNotifier(Client& client, std::string topic_arn, Logger& log)
    : client_(client), topic_arn_(std::move(topic_arn)), log_(log) {
  if (!topic_arn_.starts_with("arn:") || topic_arn_.find(":sns:") == std::string::npos) {
    throw std::invalid_argument("'" + topic_arn_ + "' is not the ARN of an SNS topic, arn:aws:sns:REGION:ACCOUNT:NAME");
  }
}

void SnsNotifier::notify(std::string_view subject, std::string_view text) {
  const auto line = to_subject(subject);
  http::Request request{.method = http::Method::post,
                        .target = "/",
                        .body = to_form({{"Action", "Publish"},
                                         {"Version", "2010-03-31"},
                                         {"TopicArn", topic_arn_},
                                         {"Subject", line},
                                         {"Message", to_message(text)}})};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  try {
    // Better told twice than not at all.
    client_.call({.service = service::sns, .operation = "Publish", .request = std::move(request)});
  } catch (const std::exception& error) {
    log_.error("a notice could not be sent", {{"subject", line}, {"error", error.what()}});
  }
}

}  // namespace voyages::aws::sns
