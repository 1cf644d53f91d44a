#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/encoding.h"
#include "runtime/lambda/event.h"
#include "tests/runtime/lambda/function_fixture.h"

namespace voyages::runtime::lambda::test {
namespace {

// As the developer guide shows it for a function URL that anybody may call.
constexpr std::string_view function_url_event = R"({
  "version": "2.0", "routeKey": "$default", "rawPath": "/drop/caf%C3%A9%2Fa+b",
  "rawQueryString": "b=2&a=1&b=%20x&empty",
  "cookies": ["one=1", "two=2"],
  "headers": {"host": "abc.lambda-url.eu-west-1.on.aws", "content-type": "application/json", "x-two": "a,b",
              "x-forwarded-for": "192.0.2.7", "connection": "close, x-hop", "x-hop": "1", "te": "trailers"},
  "queryStringParameters": {"a": "1", "b": "2,wrong", "empty": ""},
  "requestContext": {"accountId": "anonymous", "apiId": "abc", "domainName": "abc.lambda-url.eu-west-1.on.aws",
    "authentication": null, "authorizer": null, "domainPrefix": "abc",
    "http": {"method": "POST", "path": "/drop/café/a+b", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.7",
             "userAgent": "agent"},
    "requestId": "id", "routeKey": "$default", "stage": "$default", "time": "12/Mar/2020:19:03:58 +0000",
    "timeEpoch": 1583348638390},
  "body": "aGVsbG8A/w==", "pathParameters": null, "isBase64Encoded": true, "stageVariables": null})";

std::optional<HttpCall> read(std::string_view json, const RequestLimits& limits = {}) {
  auto event = parse_event(json, limits);
  if (!event) return std::nullopt;
  auto* call = std::get_if<HttpCall>(&*event);
  return call ? std::optional(*call) : std::nullopt;
}

std::string_view fault_of(std::string_view json) {
  const auto event = parse_event(json, {});
  return event ? "none" : event.error().type;
}

// The least that can be a request, with one part set by the test.
std::string event_with(std::string_view name, std::string_view value) {
  auto event =
      boost::json::parse(R"({"version":"2.0","rawPath":"/a","requestContext":{"http":{"method":"GET"}}})").as_object();
  event[name] = boost::json::parse(value);
  return boost::json::serialize(event);
}

TEST(LambdaHttpEvent, BecomesTheRequestThatTheClientSent) {
  const auto call = read(function_url_event);
  ASSERT_TRUE(call);
  EXPECT_FALSE(call->rejection);
  const auto& request = call->request;
  EXPECT_EQ(request.method, http::Method::post);
  EXPECT_EQ(request.target, "/drop/caf%C3%A9%2Fa+b?b=2&a=1&b=%20x&empty");
  EXPECT_EQ(request.body, std::string_view("hello\0\xff", 7));
  EXPECT_EQ(request.peer_ip, "192.0.2.7");
  EXPECT_TRUE(request.tls);
  EXPECT_EQ(request.headers.get("Host"), "abc.lambda-url.eu-west-1.on.aws");
  EXPECT_EQ(request.headers.get("X-Two"), "a,b");
  EXPECT_EQ(request.headers.get("Cookie"), "one=1; two=2");
  EXPECT_EQ(request.headers.count("Cookie"), 1U);
}

TEST(LambdaHttpEvent, LosesTheFieldsThatMeanOneConnection) {
  const auto call = read(function_url_event);
  ASSERT_TRUE(call);
  for (const auto* name : {"Connection", "X-Hop", "TE"}) EXPECT_FALSE(call->request.headers.find(name)) << name;
}

TEST(LambdaHttpEvent, MayLackAllThatIsNotNeeded) {
  const auto call = read(R"({"version":"2.0","rawPath":"/","requestContext":{"http":{"method":"PURGE"}}})");
  ASSERT_TRUE(call);
  EXPECT_EQ(call->request.method, http::Method::other);
  EXPECT_EQ(call->request.target, "/");
  EXPECT_EQ(call->request.body, "");
  EXPECT_EQ(call->request.headers.size(), 0U);
  for (const auto* name : {"body", "headers", "cookies", "isBase64Encoded", "rawQueryString"}) {
    EXPECT_TRUE(read(event_with(name, "null"))) << name;
  }
}

// API Gateway's HTTP APIs decode the path before they hand it over.
TEST(LambdaHttpEvent, EncodesAgainWhatCannotStandInATarget) {
  EXPECT_EQ(read(event_with("rawPath", R"("/a b/ü?x#y/100%/%zz/%41")"))->request.target,
            "/a%20b/%C3%BC%3Fx%23y/100%25/%25zz/%41");
  EXPECT_EQ(read(event_with("rawQueryString", R"("a=\u0000b c?d#e%")"))->request.target, "/a?a=%00b%20c?d%23e%");
}

TEST(LambdaHttpEvent, IsRefusedWhenItIsMalformed) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"rawPath", "null"},
      {"rawPath", "7"},
      {"rawPath", R"("a")"},
      {"rawPath", R"("")"},
      {"rawQueryString", "7"},
      {"headers", "[]"},
      {"headers", R"({"a":7})"},
      {"headers", R"({"a b":"c"})"},
      {"headers", R"({"":"c"})"},
      {"headers", R"({"a":"b\r\nc: d"})"},
      {"cookies", R"("a=b")"},
      {"cookies", "[7]"},
      {"cookies", R"(["a\n"])"},
      {"body", "{}"},
      {"isBase64Encoded", "1"},
      {"requestContext", R"({"http":{}})"},
      {"requestContext", R"({"http":{"method":""}})"},
      {"requestContext", R"({"http":{"method":"GE T"}})"},
      {"requestContext", R"({"http":{"method":"GET","sourceIp":7}})"},
  };
  for (const auto& [name, value] : cases) {
    EXPECT_EQ(fault_of(event_with(name, value)), "Runtime.InvalidEvent") << name << " " << value;
  }
  auto event = event_with("isBase64Encoded", "true");
  event.insert(event.size() - 1, R"(,"body":"not base64")");
  EXPECT_EQ(fault_of(event), "Runtime.InvalidEvent");
  event.insert(event.size() - 1, R"(,"body":"twice")");
  EXPECT_EQ(fault_of(event), "Runtime.InvalidEvent");
}

TEST(LambdaHttpEvent, OfAnotherPayloadFormatIsUnknown) {
  EXPECT_EQ(fault_of(event_with("version", R"("1.0")")), "Runtime.UnknownEvent");
  EXPECT_EQ(fault_of(event_with("version", "2.0")), "Runtime.UnknownEvent");
}

TEST(LambdaHttpEvent, KeepsTheLimitsOfServe) {
  const RequestLimits limits{.head_bytes = 200, .target_bytes = 50, .fields = 3, .body_bytes = 10};
  const auto rejection = [&](std::string_view name, std::string_view value) {
    const auto call = read(event_with(name, value), limits);
    return call && call->rejection ? call->rejection->status : 0;
  };
  EXPECT_EQ(rejection("body", "\"0123456789\""), 0);
  EXPECT_EQ(rejection("body", "\"0123456789x\""), 413);
  EXPECT_EQ(rejection("rawPath", "\"/" + std::string(49, 'a') + "\""), 0);
  EXPECT_EQ(rejection("rawPath", "\"/" + std::string(50, 'a') + "\""), 414);
  EXPECT_EQ(rejection("headers", R"({"a":"1","b":"2","c":"3"})"), 0);
  EXPECT_EQ(rejection("headers", R"({"a":"1","b":"2","c":"3","d":"4"})"), 431);
  EXPECT_EQ(rejection("headers", R"({"a":")" + std::string(200, 'x') + "\"}"), 431);
  for (std::size_t size = 8; size <= 13; ++size) {
    auto event = event_with("isBase64Encoded", "true");
    event.insert(event.size() - 1, ",\"body\":\"" + to_base64(std::string(size, 'x')) + "\"");
    const auto call = read(event, limits);
    ASSERT_TRUE(call);
    EXPECT_EQ(call->rejection.has_value(), size > 10) << size;
  }
}

using LambdaHttp = FunctionTest;

TEST_F(LambdaHttp, GivesTheRequestTheIdOfTheInvocationUnlessItBringsOne) {
  api.event(http_event("GET", "/a"));
  api.event(R"({"version":"2.0","rawPath":"/a","headers":{"x-request-id":"mine"},
                "requestContext":{"http":{"method":"GET"}}})");
  api.event(R"({"version":"2.0","rawPath":"/a","headers":{"x-request-id":"not an id"},
                "requestContext":{"http":{"method":"GET"}}})");
  run();
  ASSERT_EQ(application.requests.size(), 3U);
  EXPECT_EQ(application.requests[0].request_id, "id-1");
  EXPECT_EQ(application.requests[1].request_id, "");
  EXPECT_EQ(application.requests[2].request_id, "id-3");
}

TEST_F(LambdaHttp, RefusesATooLargeBodyAsServeDoesWithoutAskingTheApplication) {
  options.limits.body_bytes = 4;
  api.event(http_event("POST", "/a", R"(,"body":"12345")"));
  run();
  EXPECT_TRUE(application.requests.empty());
  const auto answer = json(api.posts().at(0).body);
  EXPECT_EQ(answer.at("statusCode").as_int64(), 413);
  const auto& headers = answer.at("headers").as_object();
  EXPECT_EQ(headers.at("Content-Type").as_string(), "application/problem+json");
  EXPECT_EQ(headers.at("X-Request-Id").as_string(), "id-1");
  const auto problem = json(std::string(answer.at("body").as_string()));
  EXPECT_EQ(problem.at("code").as_string(), "payload_too_large");
  EXPECT_EQ(problem.at("request_id").as_string(), "id-1");
}

TEST_F(LambdaHttp, RefusesOnAPageWhereBrowsersAreSent) {
  options.limits.body_bytes = 4;
  options.error_page = [](std::string_view path, int status) -> std::optional<http::Response> {
    if (path != "/page") return std::nullopt;
    return http::Response{.status = status, .body = "a page"};
  };
  api.event(http_event("POST", "/page", R"(,"body":"12345")"));
  run();
  const auto answer = json(api.posts().at(0).body);
  EXPECT_EQ(answer.at("statusCode").as_int64(), 413);
  EXPECT_EQ(answer.at("body").as_string(), "a page");
}

TEST_F(LambdaHttp, TurnsAnEscapedExceptionIntoA500WithoutItsText) {
  api.event(http_event("GET", "/a"));
  application.on_request = [](const http::Request&) -> http::Response {
    throw std::runtime_error("the disk is on fire");
  };
  run();
  const auto posts = api.posts();
  EXPECT_EQ(json(posts.at(0).body).at("statusCode").as_int64(), 500);
  EXPECT_EQ(posts.at(0).body.find("fire"), std::string::npos);
  EXPECT_EQ(logged("work failed")->at("error").as_string(), "the disk is on fire");
}

TEST_F(LambdaHttp, AnswersWithAClear413InsteadOfMoreThanLambdaTakes) {
  for (const std::size_t size : {6U << 20, (6U << 20) + 100}) {
    api.event(http_event("GET", "/" + std::to_string(size)));
  }
  application.on_request = [](const http::Request& request) {
    return http::Response{.body = std::string(std::stoul(request.target.substr(1)), 'x')};
  };
  run();
  EXPECT_EQ(json(api.posts().at(0).body).at("statusCode").as_int64(), 200);
  EXPECT_EQ(json(api.posts().at(1).body).at("statusCode").as_int64(), 413);
}

TEST_F(LambdaHttp, CountsTheBase64OfAnAnswerAgainstTheLimit) {
  application.on_request = [](const http::Request&) {
    http::Response response{.body = std::string(5U << 20, '\xff')};
    response.headers.add("X-Request-Id", "id-1");
    return response;
  };
  api.event(http_event("GET", "/a"));
  run();
  ASSERT_EQ(api.posts().size(), 1U);
  const auto answer = json(api.posts().at(0).body);
  EXPECT_EQ(answer.at("statusCode").as_int64(), 413);
  EXPECT_EQ(json(std::string(answer.at("body").as_string())).at("code").as_string(), "answer_too_large");
}

}  // namespace
}  // namespace voyages::runtime::lambda::test
