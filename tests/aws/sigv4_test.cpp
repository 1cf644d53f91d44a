#include "aws/sigv4.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

namespace voyages::aws {
namespace {

constexpr std::string_view region = "eu-central-1";
const Time now = *parse_rfc3339("2027-01-15T08:00:00Z");

Credentials make_credentials(std::string_view token = "") {
  return {"AKIDEXAMPLE", Secret(std::string_view("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")), Secret(token), {}};
}

/// A request, and the signature that botocore 1.44.5 gave it.
struct SignedByBotocore {
  std::string_view service;
  http::Method method;
  std::string authority;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string_view token;
  std::string signature;
};

const SignedByBotocore signed_by_botocore[] = {
    {"dynamodb",
     http::Method::post,
     "dynamodb.eu-central-1.amazonaws.com",
     "/",
     {{"Content-Type", "application/x-amz-json-1.0"}, {"X-Amz-Target", "DynamoDB_20120810.GetItem"}},
     R"({"TableName":"voyages"})",
     "",
     "babb6c39e80bb03b0c8de2844e351e3267d856d0a4f5164579f43379b5f3e719"},
    {"sqs",
     http::Method::post,
     "localhost:9324",
     "/",
     {{"Content-Type", "application/x-amz-json-1.0"}},
     "{}",
     "TOKEN/+=",
     "7b832acf175d3522b8ddea635902419f60aec6187bebc608714f669aadcbbeda"},
    {"ses",
     http::Method::get,
     "email.eu-central-1.amazonaws.com",
     "/v2/email/identities/ada%40example.com?b=2&a=1&a=%20x",
     {},
     "",
     "",
     "88323f2c4da5eadf7b0962653ffd6fa8a85b39f4a526295ddaad98570f4d9674"},
    {"sns",
     http::Method::post,
     "sns.eu-central-1.amazonaws.com",
     "/",
     {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
     "Action=Publish&Message=%C3%A4",
     "",
     "6e3720e0b87c495302ebf3a28f77232227358a9c56dc6db84e9881a782ad94a5"},
    {"s3",
     http::Method::put,
     "bucket.s3.eu-central-1.amazonaws.com",
     "/a//b%20c/%C3%A4%2B%25",
     {{"Content-Type", "text/plain"}, {"x-amz-meta-note", "  two   spaces "}},
     "hello",
     "TOKEN",
     "48408dacde79e1e452cc1c3d9f271319cb76c0b4e11b5cd64ed2a63d77f87ee5"},
    {"s3",
     http::Method::get,
     "s3.eu-central-1.amazonaws.com",
     "/bucket?list-type=2&prefix=a%2Fb&continuation-token=x%3D%3D",
     {},
     "",
     "",
     "0831d359ea3ab447b44b52a6de49740e01128c84e6692bde4f6f8eed5df59fa2"},
    {"s3",
     http::Method::put,
     "s3.eu-central-1.amazonaws.com",
     "/bucket/./a/../b",
     {},
     "",
     "",
     "33a650bd133c0bf4f5d133e7300e307a23125fc7390e29b649fa6e5acae283b4"},
};

TEST(SigV4, SignsAsBotocoreDoes) {
  for (const auto& example : signed_by_botocore) {
    const auto credentials = make_credentials(example.token);
    const auto key = derive_signing_key(credentials.secret_access_key, now, region, example.service);
    SigningRules rules;
    if (example.service == "s3") rules = {.normalise_path = false, .encode_path = false, .content_sha256 = true};
    http::Request request{.method = example.method, .target = example.target, .body = example.body};
    for (const auto& [name, value] : example.headers) request.headers.add(name, value);
    const auto signature = sign(request, example.authority, {credentials, key, region, example.service, now, rules});
    EXPECT_EQ(signature.signature, example.signature) << example.service << ' ' << example.target;
  }
}

std::string canonical_target(std::string target) {
  const auto credentials = make_credentials();
  const auto key = derive_signing_key(credentials.secret_access_key, now, region, "sqs");
  http::Request request{.method = http::Method::get, .target = std::move(target)};
  const auto text = sign(request, "a", {credentials, key, region, "sqs", now}).canonical_request;
  const auto path = text.find('\n') + 1;
  const auto query = text.find('\n', path) + 1;
  return text.substr(path, text.find('\n', query) - path);
}

TEST(SigV4, SpellsTheTargetInOneWay) {
  EXPECT_EQ(canonical_target("/"), "/\n");
  EXPECT_EQ(canonical_target("//a/./b/../c//"), "/a/c/\n");
  EXPECT_EQ(canonical_target("/../../a"), "/a\n");
  EXPECT_EQ(canonical_target("/a/.."), "/\n");
  EXPECT_EQ(canonical_target("/a/."), "/a/\n");
  EXPECT_EQ(canonical_target("/a%20b"), "/a%2520b\n");
  EXPECT_EQ(canonical_target("/?b&a=&%61=1&a=%2f&a=+&&="), "/\n=&a=&a=%2B&a=%2F&a=1&b=");
  EXPECT_EQ(canonical_target("/?a=%4&b=%zz&c=%"), "/\na=%254&b=%25zz&c=%25");
  EXPECT_EQ(canonical_target("/?a=b=c"), "/\na=b%3Dc");
}

TEST(SigV4, SignsAnew) {
  const auto credentials = make_credentials();
  const auto key = derive_signing_key(credentials.secret_access_key, now, region, "sqs");
  http::Request request{.method = http::Method::get, .target = "/"};
  request.headers.add("X-Amz-Security-Token", "of another");
  const auto first = sign(request, "a", {credentials, key, region, "sqs", now}).signature;
  EXPECT_EQ(sign(request, "a", {credentials, key, region, "sqs", now}).signature, first);
  EXPECT_EQ(request.headers.count("Authorization"), 1U);
  EXPECT_EQ(request.headers.count("X-Amz-Date"), 1U);
  EXPECT_EQ(request.headers.count("X-Amz-Security-Token"), 0U);
}

TEST(SigV4, LeavesOutWhatProxiesChange) {
  const auto credentials = make_credentials();
  const auto key = derive_signing_key(credentials.secret_access_key, now, region, "sqs");
  http::Request plain{.method = http::Method::get, .target = "/"};
  auto with_more = plain;
  for (const auto* name : {"User-Agent", "X-Amzn-Trace-Id", "Connection", "Expect", "Transfer-Encoding"}) {
    with_more.headers.add(name, "x");
  }
  const Signing signing{credentials, key, region, "sqs", now};
  EXPECT_EQ(sign(plain, "a", signing).signature, sign(with_more, "a", signing).signature);
}

TEST(SigningKeys, AreOfOneDayRegionServiceAndSecret) {
  SigningKeys keys;
  const auto credentials = make_credentials();
  const auto key = keys.get(credentials, now, region, "sqs");
  const auto expect_other = [&](const Secret& other) { EXPECT_NE(other.expose(), key.expose()); };
  EXPECT_EQ(keys.get(credentials, now + std::chrono::hours(15), region, "sqs").expose(), key.expose());
  expect_other(keys.get(credentials, now + std::chrono::hours(16), region, "sqs"));
  expect_other(keys.get(credentials, now, "us-east-1", "sqs"));
  expect_other(keys.get(credentials, now, region, "sns"));
  auto renewed = credentials;
  renewed.secret_access_key = Secret(std::string_view("other"));
  expect_other(keys.get(renewed, now, region, "sqs"));
  EXPECT_EQ(keys.get(credentials, now, region, "sqs").expose(), key.expose());
}

}  // namespace
}  // namespace voyages::aws
