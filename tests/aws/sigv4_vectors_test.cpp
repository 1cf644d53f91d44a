#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "aws/sigv4.h"
#include "base/encoding.h"
#include "base/text.h"

namespace voyages::aws {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A request as the vectors write it: lines end with a line feed, and a field may go on in the next, indented one.
struct Message {
  http::Request request;
  std::string authority;
  std::multiset<std::string> lines;  // all but the first, names in lower case
};

http::Method method_of(std::string_view name) { return name == "GET" ? http::Method::get : http::Method::post; }

Message parse_message(const std::string& text) {
  Message message;
  const auto head_end = text.find("\n\n");
  if (head_end != std::string::npos) message.request.body = text.substr(head_end + 2);
  std::string_view head = std::string_view(text).substr(0, head_end);
  const auto first = head.substr(0, head.find('\n'));
  const auto target = first.find(' ') + 1;
  message.request.method = method_of(first.substr(0, target - 1));
  message.request.target = std::string(first.substr(target, first.rfind(' ') - target));
  head.remove_prefix(std::min(first.size() + 1, head.size()));
  std::vector<std::string> fields;
  while (!head.empty()) {
    const auto end = std::min(head.find('\n'), head.size());
    const auto line = head.substr(0, end);
    if (line.starts_with(' ')) {
      fields.back().append("\n").append(line);
    } else {
      fields.emplace_back(line);
    }
    head.remove_prefix(std::min(end + 1, head.size()));
  }
  for (const auto& field : fields) {
    if (field.empty()) continue;
    const auto colon = field.find(':');
    const auto name = field.substr(0, colon);
    const auto value = field.substr(colon + 1);
    message.lines.insert(to_lower_ascii(name) + ':' + value);
    if (name == "Host") message.authority = value;
    message.request.headers.add(name, value);
  }
  return message;
}

std::multiset<std::string> lines_of(const http::Request& request) {
  std::multiset<std::string> lines;
  for (const auto& [name, value] : request.headers) lines.insert(to_lower_ascii(name) + ':' + value);
  return lines;
}

class SigV4Vectors : public testing::TestWithParam<std::string> {
 protected:
  SigV4Vectors() : folder_(fs::path(VOYAGES_SOURCE_DIR) / "tests/vectors/sigv4" / GetParam()) {
    const auto context = boost::json::parse(read(folder_ / "context.json")).as_object();
    const auto& keys = context.at("credentials").as_object();
    credentials_.access_key_id = std::string(keys.at("access_key_id").as_string());
    credentials_.secret_access_key = Secret(std::string_view(keys.at("secret_access_key").as_string()));
    if (keys.contains("token")) credentials_.session_token = Secret(std::string_view(keys.at("token").as_string()));
    region_ = std::string(context.at("region").as_string());
    service_ = std::string(context.at("service").as_string());
    time_ = *parse_rfc3339(std::string_view(context.at("timestamp").as_string()));
    expires_in_ = std::chrono::seconds(context.at("expiration_in_seconds").as_int64());
    rules_.normalise_path = context.at("normalize").as_bool();
    rules_.content_sha256 = context.at("sign_body").as_bool();
    if (context.contains("omit_session_token")) rules_.sign_the_token = !context.at("omit_session_token").as_bool();
    key_ = derive_signing_key(credentials_.secret_access_key, time_, region_, service_);
    message_ = parse_message(read(folder_ / "request.txt"));
  }

  [[nodiscard]] Signing signing() const { return {credentials_, key_, region_, service_, time_, rules_}; }

  void expect_steps(const Signature& signature, const std::string& kind) const {
    EXPECT_EQ(signature.canonical_request, read(folder_ / (kind + "-canonical-request.txt")));
    EXPECT_EQ(signature.string_to_sign, read(folder_ / (kind + "-string-to-sign.txt")));
    EXPECT_EQ(signature.signature, read(folder_ / (kind + "-signature.txt")));
  }

  fs::path folder_;
  Credentials credentials_;
  std::string region_;
  std::string service_;
  Time time_;
  std::chrono::seconds expires_in_{};
  SigningRules rules_;
  Secret key_;
  Message message_;
};

TEST_P(SigV4Vectors, AreSignedByTheHeader) {
  auto request = message_.request;
  expect_steps(sign(request, message_.authority, signing()), "header");
  const auto signed_message = parse_message(read(folder_ / "header-signed-request.txt"));
  EXPECT_EQ(request.target, signed_message.request.target);
  EXPECT_EQ(lines_of(request), signed_message.lines);
}

TEST_P(SigV4Vectors, AreSignedByTheQuery) {
  auto request = message_.request;
  expect_steps(presign(request, message_.authority, signing(), expires_in_), "query");
  const auto signed_message = parse_message(read(folder_ / "query-signed-request.txt"));
  EXPECT_EQ(request.target, signed_message.request.target);
}

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(fs::path(VOYAGES_SOURCE_DIR) / "tests/vectors/sigv4")) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, SigV4Vectors, testing::ValuesIn(cases()), [](const auto& vector) {
  auto name = vector.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(SigV4Vectors, AreAllThere) { EXPECT_EQ(cases().size(), 38U); }

}  // namespace
}  // namespace voyages::aws
