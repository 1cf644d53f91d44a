#include "http/front_door.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "base/uuid.h"
#include "http/compression.h"
#include "http/endpoint.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace voyages::tests {
namespace {

using http::Method;
using testing::HasSubstr;
using testing::Not;

constexpr ErrorCode declared{"declared", "This was declared."};
constexpr ErrorCode undeclared{"undeclared", "The secret of the undeclared error."};

class NobodySignsIn final : public http::Authenticator {
 public:
  Result<std::shared_ptr<const http::Principal>> authenticate(const http::Request&, std::string_view role,
                                                              Time) override {
    return fail(role.empty() ? http::unauthenticated : http::forbidden);
  }
};

class FrontDoorTest : public testing::Test {
 protected:
  FrontDoorTest() {
    http::Endpoints routes(router_, "test");
    routes.get("/page", "page", [](const http::Nothing&, http::Context& context) -> Result<std::string> {
      context.response_headers.add("ETag", "\"v1\"");
      context.response_headers.add("Cache-Control", "no-cache");
      return std::string(5000, 'x');
    });
    routes.post("/page", "echo",
                [](const http::Nothing&, http::Context&) -> Result<std::string> { return std::string(5000, 'x'); });
    routes.get("/who", "who", [](const http::Nothing&, http::Context& context) -> Result<std::string> {
      return context.client_ip + ' ' + context.user_agent;
    });
    routes.get("/broken", "broken", [](const http::Nothing&, http::Context&) -> Result<void> {
      throw std::runtime_error("disk /dev/secret is gone");
    });
    routes.get("/busy", "busy", [](const http::Nothing&, http::Context&) -> Result<void> {
      throw Unavailable("the queue of /dev/secret is full");
    });
    routes
        .get("/declared", "declared",
             [](const http::Nothing&, http::Context&) -> Result<void> { return fail(declared); })
        .fails(418, declared);
    routes.get("/undeclared", "undeclared",
               [](const http::Nothing&, http::Context&) -> Result<void> { return fail(undeclared); });
    http::Route upload;
    upload.method = Method::put;
    upload.path = "/upload";
    upload.operation_id = "upload";
    upload.run = [](const http::Route&, const http::Request& request, const http::PathParameters&, http::Context&) {
      std::string body;
      while (const auto piece = request.source->next()) body += *piece;
      return http::Response{.body = body};
    };
    upload.streams_body(10);
    router_.add(std::move(upload));
    http::Route endless;
    endless.path = "/endless";
    endless.operation_id = "endless";
    endless.run = [](const http::Route&, const http::Request&, const http::PathParameters&, http::Context&) {
      http::Response response{.static_body = {"x", SIZE_MAX / 2}};  // which is more than can be compressed
      response.headers.add("Content-Type", "text/plain");
      response.headers.add("X-Secret", "of the answer");
      return response;
    };
    router_.add(std::move(endless));
    routes.get("/mine", "mine", [](const http::Nothing&, http::Context&) -> Result<void> { return {}; }).signed_in();
    routes.get("/theirs", "theirs", [](const http::Nothing&, http::Context&) -> Result<void> { return {}; })
        .signed_in("admin");
    routes.get("/open", "open", [](const http::Nothing&, http::Context&) -> Result<void> { return {}; })
        .cors(http::Cors::any);
    routes.get("/closed", "closed", [](const http::Nothing&, http::Context&) -> Result<void> { return {}; })
        .cors(http::Cors::never);
  }

  http::FrontDoor door(std::vector<std::string> origins = {"https://site.example"}) {
    return {router_,
            authenticator_,
            clock_,
            log_,
            metrics_,
            {.cors_origins = std::move(origins), .trusted_proxies = http::TrustedProxies::parse({"10.0.0.1"}).value()}};
  }
  using Fields = std::vector<std::pair<std::string, std::string>>;
  http::Response call(Method method, std::string target, const Fields& fields = {}, std::string peer = "203.0.113.7") {
    http::Request request{.method = method, .target = std::move(target), .peer_ip = std::move(peer)};
    for (const auto& [name, value] : fields) request.headers.add(name, value);
    auto front = door();
    return front.handle(request);
  }
  std::string log_text() {
    log_.flush();
    std::ifstream file(directory_.path() / "log");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TemporaryDirectory directory_;
  ManualClock clock_;
  Logger log_{LogLevel::debug, ::open((directory_.path() / "log").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600)};
  Metrics metrics_;
  http::Router router_;
  NobodySignsIn authenticator_;
};

TEST_F(FrontDoorTest, AnswersAPreflightOfAnAllowedOriginOnly) {
  const auto allowed =
      call(Method::options, "/page", {{"Origin", "https://site.example"}, {"Access-Control-Request-Method", "POST"}});
  EXPECT_EQ(allowed.status, 204);
  EXPECT_EQ(allowed.headers.get("Access-Control-Allow-Origin"), "https://site.example");
  EXPECT_EQ(allowed.headers.get("Access-Control-Allow-Methods"), "GET, HEAD, POST, OPTIONS");
  EXPECT_THAT(std::string(allowed.headers.get("Access-Control-Allow-Headers")), HasSubstr("Authorization"));
  EXPECT_EQ(allowed.headers.get("Vary"), "Origin");
  for (const auto* origin :
       {"https://evil.example", "https://site.example.evil.example", "http://site.example", "null"}) {
    const auto refused =
        call(Method::options, "/page", {{"Origin", origin}, {"Access-Control-Request-Method", "POST"}});
    EXPECT_EQ(refused.headers.find("Access-Control-Allow-Origin"), nullptr) << origin;
    EXPECT_EQ(refused.headers.find("Access-Control-Allow-Methods"), nullptr) << origin;
    EXPECT_EQ(refused.headers.get("Vary"), "Origin");
  }
  EXPECT_EQ(call(Method::options, "/nothing").status, 404);
}

TEST_F(FrontDoorTest, LetsAnAllowedOriginReadAnswersAndErrors) {
  for (const auto* target : {"/page", "/declared", "/broken", "/mine", "/nothing"}) {
    const auto answer = call(Method::get, target, {{"Origin", "https://site.example"}});
    EXPECT_EQ(answer.headers.get("Access-Control-Allow-Origin"), "https://site.example") << target;
    EXPECT_EQ(answer.headers.find("Access-Control-Allow-Credentials"), nullptr);
  }
  EXPECT_EQ(
      call(Method::get, "/page", {{"Origin", "https://evil.example"}}).headers.find("Access-Control-Allow-Origin"),
      nullptr);
}

TEST_F(FrontDoorTest, LetsEveryoneReadWhatIsOpenAndNobodyWhatIsClosed) {
  const Fields stranger{{"Origin", "https://stranger.example"}, {"Access-Control-Request-Method", "GET"}};
  const Fields allowed{{"Origin", "https://site.example"}, {"Access-Control-Request-Method", "GET"}};
  for (const auto method : {Method::get, Method::options}) {
    EXPECT_EQ(call(method, "/open", stranger).headers.get("Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(call(method, "/closed", stranger).headers.find("Access-Control-Allow-Origin"), nullptr);
    EXPECT_EQ(call(method, "/closed", allowed).headers.find("Access-Control-Allow-Origin"), nullptr);
  }
  EXPECT_EQ(call(Method::options, "/open", stranger).headers.get("Access-Control-Allow-Methods"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(call(Method::options, "/closed", allowed).headers.find("Access-Control-Allow-Methods"), nullptr);
}

TEST_F(FrontDoorTest, AnswersWhatTheCallerHasWithoutABody) {
  for (const auto* tags : {"\"v1\"", "W/\"v1\"", "\"v0\", W/\"v1\"", "*"}) {
    const auto answer = call(Method::get, "/page", {{"If-None-Match", tags}});
    EXPECT_EQ(answer.status, 304) << tags;
    EXPECT_TRUE(answer.body.empty());
    // Gzipped it has other bytes, so its tag is a weak one, and caches must know what it varies with.
    EXPECT_EQ(answer.headers.get("ETag"), "W/\"v1\"");
    EXPECT_TRUE(std::ranges::any_of(
        answer.headers, [](const auto& field) { return field.name == "Vary" && field.value == "Accept-Encoding"; }));
    EXPECT_EQ(answer.headers.get("Cache-Control"), "no-cache");
  }
  for (const auto* tags : {"\"v2\"", "v1", "\"v1", "\"v1\"x"}) {
    EXPECT_EQ(call(Method::get, "/page", {{"If-None-Match", tags}}).status, 200) << tags;
  }
}

TEST_F(FrontDoorTest, CompressesLongAnswersToReadsForWhoAccepts) {
  const auto zipped = call(Method::get, "/page", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(zipped.headers.get("Content-Encoding"), "gzip");
  EXPECT_EQ(http::gunzip(zipped.body), '"' + std::string(5000, 'x') + '"');
  for (const auto* accepted : {"", "gzip;q=0", "br"}) {
    const auto plain = call(Method::get, "/page", {{"Accept-Encoding", accepted}});
    EXPECT_EQ(plain.headers.find("Content-Encoding"), nullptr) << accepted;
    EXPECT_EQ(plain.body.size(), 5002U);
  }
  EXPECT_EQ(call(Method::post, "/page", {{"Accept-Encoding", "gzip"}}).headers.find("Content-Encoding"), nullptr);
  EXPECT_EQ(call(Method::get, "/who", {{"Accept-Encoding", "gzip"}}).headers.find("Content-Encoding"), nullptr);
}

TEST_F(FrontDoorTest, ProtectsEveryAnswer) {
  for (const auto* target : {"/page", "/broken", "/busy", "/nothing", "/mine"}) {
    const auto answer = call(Method::get, target);
    EXPECT_EQ(answer.headers.get("X-Content-Type-Options"), "nosniff") << target;
    EXPECT_EQ(answer.headers.get("Referrer-Policy"), "no-referrer") << target;
    EXPECT_EQ(answer.headers.get("Content-Security-Policy"), "default-src 'none'; frame-ancestors 'none'") << target;
    EXPECT_EQ(answer.headers.find("Strict-Transport-Security"), nullptr) << target;
    EXPECT_EQ(answer.headers.count("Cache-Control"), 1U) << target;
  }
  EXPECT_NE(
      call(Method::get, "/who", {{"X-Forwarded-Proto", "https"}}, "10.0.0.1").headers.find("Strict-Transport-Security"),
      nullptr);
  // Other hosts of the domain are not ours to speak for.
  EXPECT_EQ(call(Method::get, "/who", {{"X-Forwarded-Proto", "https"}}, "10.0.0.1")
                .headers.get("Strict-Transport-Security")
                .find("includeSubDomains"),
            std::string_view::npos);
  EXPECT_EQ(call(Method::get, "/who", {{"X-Forwarded-Proto", "https"}}).headers.find("Strict-Transport-Security"),
            nullptr);
}

TEST_F(FrontDoorTest, KeepsAGoodRequestIdAndReplacesABadOne) {
  EXPECT_EQ(call(Method::get, "/who", {{"X-Request-Id", "abc-123._X"}}).headers.get("X-Request-Id"), "abc-123._X");
  for (const auto& bad :
       {std::string(), std::string("a b"), std::string("a\"b"), std::string(65, 'x'), std::string("\xc3\xa9")}) {
    EXPECT_TRUE(is_uuid7(std::string(call(Method::get, "/who", {{"X-Request-Id", bad}}).headers.get("X-Request-Id"))))
        << bad;
  }
}

TEST_F(FrontDoorTest, TellsTheLogAloneWhatBroke) {
  const auto answer = call(Method::get, "/broken", {{"X-Request-Id", "request-7"}});
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, HasSubstr("internal_error"));
  EXPECT_THAT(answer.body, HasSubstr("request-7"));
  EXPECT_THAT(answer.body, Not(HasSubstr("secret")));
  EXPECT_THAT(log_text(), HasSubstr("disk /dev/secret is gone"));
  EXPECT_THAT(log_text(), HasSubstr("request-7"));
}

TEST_F(FrontDoorTest, AsksToComeBackWhenSomethingIsFull) {
  const auto answer = call(Method::get, "/busy");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.headers.get("Retry-After"), "1");
  EXPECT_THAT(answer.body, Not(HasSubstr("secret")));
  EXPECT_THAT(log_text(), HasSubstr("/dev/secret"));
}

TEST_F(FrontDoorTest, TakesAnUndeclaredErrorForABug) {
  EXPECT_EQ(call(Method::get, "/declared").status, 418);
  const auto answer = call(Method::get, "/undeclared");
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, Not(HasSubstr("undeclared")));
  EXPECT_THAT(log_text(), HasSubstr("undeclared"));
}

TEST_F(FrontDoorTest, AnswersWhenAnAnswerCannotBeFinished) {
  const auto answer = call(Method::get, "/endless", {{"Accept-Encoding", "gzip"}});
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, HasSubstr("internal_error"));
  EXPECT_FALSE(answer.headers.find("X-Secret"));
  EXPECT_EQ(answer.headers.count("X-Request-Id"), 1U);
  EXPECT_EQ(answer.headers.get("X-Content-Type-Options"), "nosniff");
  EXPECT_THAT(log_text(), HasSubstr("could not be finished"));
}

TEST_F(FrontDoorTest, HandsABodyThatCameWholeToARouteThatPullsIt) {
  auto front = door();
  EXPECT_EQ(front.streamed_body_limit({.method = Method::put, .target = "/upload"}), 10U);
  EXPECT_EQ(front.streamed_body_limit({.method = Method::post, .target = "/page"}), std::nullopt);
  EXPECT_EQ(front.handle({.method = Method::put, .target = "/upload", .body = "0123456789"}).body, "0123456789");
  EXPECT_EQ(front.handle({.method = Method::put, .target = "/upload"}).body, "");
  EXPECT_EQ(front.handle({.method = Method::put, .target = "/upload", .body = "0123456789a"}).status, 413);
}

TEST_F(FrontDoorTest, SaysWhyABodyBroke) {
  class Broken final : public http::BodySource {
   public:
    explicit Broken(http::BodyBroken::Reason reason) : reason_(reason) {}
    std::optional<std::string> next() override { throw http::BodyBroken(reason_); }

   private:
    http::BodyBroken::Reason reason_;
  };
  using Reason = http::BodyBroken::Reason;
  for (const auto& [reason, status] :
       {std::pair(Reason::too_large, 413), {Reason::too_slow, 408}, {Reason::malformed, 400}, {Reason::gone, 408}}) {
    auto front = door();
    const auto source = std::make_shared<Broken>(reason);
    EXPECT_EQ(front.handle({.method = Method::put, .target = "/upload", .source = source}).status, status);
  }
  EXPECT_THAT(log_text(), Not(HasSubstr("unhandled")));
}

TEST_F(FrontDoorTest, NamesTheMethodsOfAPath) {
  const auto wrong = call(Method::del, "/page");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers.get("Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(call(Method::other, "/page").status, 501);
  EXPECT_EQ(call(Method::head, "/page").status, 200);
  EXPECT_EQ(call(Method::get, "/nothing").status, 404);
}

TEST_F(FrontDoorTest, AsksForCredentialsBeforeAnythingElse) {
  const auto missing = call(Method::get, "/mine?nonsense=1");
  EXPECT_EQ(missing.status, 401);
  EXPECT_EQ(missing.headers.get("WWW-Authenticate"), R"(Bearer realm="voyages")");
  const auto refused = call(Method::get, "/mine", {{"Authorization", "Bearer x"}});
  EXPECT_THAT(std::string(refused.headers.get("WWW-Authenticate")), HasSubstr("invalid_token"));
  const auto forbidden = call(Method::get, "/theirs", {{"Authorization", "Bearer x"}});
  EXPECT_EQ(forbidden.status, 403);
  EXPECT_THAT(std::string(forbidden.headers.get("WWW-Authenticate")), HasSubstr("insufficient_scope"));
}

TEST_F(FrontDoorTest, NamesTheCallerBehindAProxyAndItsAgentInUtf8) {
  EXPECT_EQ(call(Method::get, "/who", {{"X-Forwarded-For", "198.51.100.66"}, {"User-Agent", "a"}}, "10.0.0.1").body,
            "\"198.51.100.66 a\"");
  EXPECT_EQ(call(Method::get, "/who", {{"User-Agent", "A\u202Eb\u009Bc\u200Bd\te"}}, "10.0.0.1").body,
            "\"10.0.0.1 A?b?c?d?e\"");
  EXPECT_EQ(call(Method::get, "/who", {{"X-Forwarded-For", "198.51.100.66"}, {"User-Agent", "Caf\xe9"}}).body,
            "\"203.0.113.7 Caf?\"");
}

}  // namespace
}  // namespace voyages::tests
