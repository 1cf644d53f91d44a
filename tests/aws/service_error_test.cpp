#include "aws/service_error.h"

#include <gtest/gtest.h>

namespace voyages::aws {
namespace {

ServiceError error_of(std::string body, std::string_view header = {}, int status = 400) {
  http::Response response{.status = status, .body = std::move(body)};
  if (!header.empty()) response.headers.add("x-amzn-ErrorType", std::string(header));
  return read_error(response);
}

TEST(ServiceError, ReadsJson) {
  const auto error =
      error_of(R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","Message":"failed"})");
  EXPECT_EQ(error.code, "ConditionalCheckFailedException");
  EXPECT_EQ(error.message, "failed");
  EXPECT_EQ(error_of(R"({"code":"Plain","message":"m"})").code, "Plain");
  EXPECT_EQ(error_of(R"({"__type":"a#b#Last"})").code, "Last");
}

TEST(ServiceError, ReadsTheHeaderBeforeTheBody) {
  EXPECT_EQ(error_of("{}", "ThrottlingException:http://internal.amazon.com/coral/").code, "ThrottlingException");
  EXPECT_EQ(error_of(R"({"__type":"Other","message":"m"})", "a.b#NotFoundException").code, "NotFoundException");
  EXPECT_EQ(error_of(R"({"message":"m"})", "NotFoundException").message, "m");
}

TEST(ServiceError, RepeatsNothingOfTheRequestThatAServiceQuotes) {
  constexpr std::string_view said = "The request signature we calculated does not match the signature you provided.";
  const auto quoted = std::string(said) + R"(\n\nThe Canonical String for this request should have been\n'POST\n/)" +
                      R"(\nx-amz-security-token:secret'")";
  EXPECT_EQ(error_of(R"({"__type":"SignatureDoesNotMatch","message":")" + quoted + "}").message, said);
  const auto in_xml = std::string(said) + "\n\nThe Canonical String\nx-amz-security-token:secret";
  EXPECT_EQ(error_of("<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>" + in_xml +
                     "</Message></Error></ErrorResponse>")
                .message,
            said);
}

TEST(ServiceError, ReadsTheXmlOfTheQueryProtocol) {
  const auto error = error_of(
      R"(<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
  <Error>
    <Type>Sender</Type>
    <Code>NotFound</Code>
    <Message>Topic &lt;a&gt; &amp;amp; more</Message>
  </Error>
  <RequestId>1</RequestId>
</ErrorResponse>)");
  EXPECT_EQ(error.code, "NotFound");
  EXPECT_EQ(error.message, "Topic <a> &amp; more");
}

TEST(ServiceError, ReadsTheXmlOfS3) {
  const auto error = error_of(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>The key does not "
      "exist.</Message><Key>a</Key></Error>",
      {}, 404);
  EXPECT_EQ(error.code, "NoSuchKey");
  EXPECT_EQ(error.message, "The key does not exist.");
}

TEST(ServiceError, TakesTheStatusForWantOfACode) {
  for (const auto* body : {"", "{", "[]", "{}", R"({"__type":7})", R"({"__type":""})", "<html>", "<Error></Error>",
                           "<Error><Code>", "<Error><Code></Code></Error>", "<Error><Code>a b</Code></Error>",
                           R"({"__type":"with \"quotes\" and\nlines"})", "plain text"}) {
    EXPECT_EQ(error_of(body, {}, 503).code, "503") << body;
  }
  EXPECT_EQ(error_of("{}", std::string(1000, 'x')).code, "400");
}

TEST(ServiceError, KeepsAMessageShort) {
  EXPECT_EQ(error_of(R"({"__type":"A","message":")" + std::string(100'000, 'x') + "\"}").message.size(), 1024U);
}

}  // namespace
}  // namespace voyages::aws
