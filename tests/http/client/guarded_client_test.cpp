#include "http/client/guarded_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>

#include "http/client/cookie_jar.h"
#include "http/compression.h"
#include "tests/support/scripted_server.h"

namespace voyages::http::client {
namespace {

using boost::asio::ip::address;
using boost::asio::ip::make_address;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::answer;
using tests::ScriptedServer;
using tests::ServerSide;

/// Answers as the test says, or with the address that the host is; a name that has several answers gives them one after
/// the other, and the last one on.
class FakeResolver final : public Resolver {
 public:
  void say(const std::string& host, std::vector<const char*> addresses) {
    auto& given = answers_[host].emplace_back();
    for (const auto* each : addresses) given.push_back(make_address(each));
  }
  std::vector<address> resolve(const std::string& host, Deadline) override {
    const std::scoped_lock lock(mutex_);
    boost::system::error_code is_name;
    if (const auto literal = make_address(host, is_name); !is_name) return {literal};
    auto& answers = answers_[host];
    if (answers.empty()) throw StreamFailed("the name has no address");
    auto next = answers.front();
    if (answers.size() > 1) answers.erase(answers.begin());
    return next;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::vector<std::vector<address>>> answers_;
};

AddressPolicy policy_for(const std::vector<std::string>& ranges) {
  return {AddressRanges::parse(ranges).value(), "outgoing_allow"};
}

Request get() { return {.method = Method::get, .target = "/"}; }

/// A server that remembers what it was asked, and answers by the path.
class Site {
 public:
  using Answers = std::map<std::string, std::string>;

  Site(std::initializer_list<Answers::value_type> answers)
      : answers_(answers), server_([this](ServerSide& side, unsigned) {
          for (auto request = side.receive(); !request.empty(); request = side.receive()) {
            side.send(take(std::move(request)));
          }
        }) {}

  [[nodiscard]] std::string url(const std::string& path = "/", const std::string& host = "127.0.0.1") const {
    return "http://" + host + ":" + std::to_string(server_.port()) + path;
  }
  void on(const std::string& path, std::string bytes) { answers_[path] = std::move(bytes); }
  [[nodiscard]] std::vector<std::string> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }
  [[nodiscard]] unsigned connections() const { return server_.connections(); }

 private:
  std::string take(std::string request) {
    const auto begin = request.find(' ') + 1;
    const auto path = request.substr(begin, request.find(' ', begin) - begin);
    const std::scoped_lock lock(mutex_);
    requests_.push_back(std::move(request));
    const auto found = answers_.find(path);
    return found == answers_.end() ? answer("404 Not Found", "no such page") : found->second;
  }

  Answers answers_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  ScriptedServer server_;
};

std::string redirect_to(const std::string& location, std::string_view status = "302 Found") {
  return answer(status, "moved", "Location: " + location + "\r\n");
}

class Guarded : public testing::Test {
 protected:
  Fetched fetch(const std::string& url, Request request = get(), FetchOptions options = {}) {
    if (options.limits.total == Limits{}.total) options.limits.total = milliseconds(5000);
    return client.fetch(Url::parse(url).value(), std::move(request), options);
  }
  std::string fault(const std::string& url, FetchOptions options = {}) {
    try {
      fetch(url, get(), options);
    } catch (const TransferFailed& error) {
      return error.what();
    }
    return "it is taken";
  }

  std::shared_ptr<FakeResolver> names = std::make_shared<FakeResolver>();
  GuardedClient client{policy_for({"127.0.0.0/8"}), names};
};

TEST(GuardedClient, ConnectsToNothingOutsideThePublicInternet) {
  const Site site{{"/", answer("200 OK", "secret")}};
  const auto port = ":" + std::to_string(Url::parse(site.url())->origin.port) + "/";
  GuardedClient client(policy_for({"192.0.2.1"}), std::make_shared<SystemResolver>());
  for (const auto* host : {"127.0.0.1",
                           "localhost",
                           "127.1",
                           "2130706433",
                           "0x7f000001",
                           "0177.0.0.1",
                           "017700000001",
                           "0.0.0.0",
                           "0",
                           "[::1]",
                           "[::]",
                           "[::ffff:127.0.0.1]",
                           "[::ffff:7f00:1]",
                           "[64:ff9b::7f00:1]",
                           "[64:ff9b:1::7f00:1]",
                           "[2002:7f00:1::]",
                           "[fd00::1]",
                           "[fe80::1]",
                           "[ff02::1]",
                           "169.254.169.254",
                           "10.0.0.1",
                           "100.64.0.1",
                           "224.0.0.1",
                           "255.255.255.255",
                           "LOCALHOST"}) {
    const auto url = Url::parse("http://" + std::string(host) + port);
    ASSERT_TRUE(url) << host;
    try {
      client.send(*url, get(), {.connect = milliseconds(500), .total = milliseconds(1000)});
      ADD_FAILURE() << host << " was reached";
    } catch (const TransferFailed& error) {
      EXPECT_FALSE(error.may_have_arrived()) << host;
      EXPECT_THAT(error.what(), HasSubstr("is not of the public internet")) << host;
      EXPECT_THAT(error.what(), HasSubstr("the setting outgoing_allow can allow it")) << host;
    }
  }
  EXPECT_EQ(site.connections(), 0U);
}

TEST_F(Guarded, ChecksTheAddressesOfEachLookUpAndConnectsToThose) {
  GuardedClient strict(policy_for({"127.0.0.1"}), names);
  const Site site{{"/", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"}};
  const auto url = Url::parse(site.url("/", "turns.example")).value();
  names->say("turns.example", {"127.0.0.1"});
  names->say("turns.example", {"169.254.169.254"});  // a name whose owner thinks better of it
  EXPECT_EQ(strict.send(url, get()).body, "ok");
  EXPECT_THROW(strict.send(url, get()), TransferFailed);
  // Of several addresses it takes only those that it may.
  const auto mixed = Url::parse(site.url("/", "mixed.example")).value();
  names->say("mixed.example", {"10.0.0.1", "127.0.0.1", "::1"});
  const auto started = std::chrono::steady_clock::now();
  EXPECT_EQ(strict.send(mixed, get()).body, "ok");
  EXPECT_LT(std::chrono::steady_clock::now() - started, milliseconds(1000));
}

TEST_F(Guarded, ChecksAgainAfterARedirect) {
  Site site{{"/meta", redirect_to("http://169.254.169.254/latest/meta-data/")}, {"/name", ""}};
  site.on("/name", redirect_to(site.url("/private", "inside.example")));
  names->say("inside.example", {"10.0.0.7"});
  EXPECT_THAT(fault(site.url("/meta"), {.redirects = 5}), HasSubstr("169.254.169.254 is not of the public internet"));
  EXPECT_THAT(fault(site.url("/name"), {.redirects = 5}), HasSubstr("10.0.0.7 is not of the public internet"));
}

TEST_F(Guarded, FollowsAsManyRedirectsAsItIsTold) {
  Site site{{"/1", redirect_to("2?x")},
            {"/2?x", redirect_to("/3", "308 Permanent Redirect")},
            {"/3", answer("200 OK", "here")}};
  const auto end = fetch(site.url("/1"), get(), {.redirects = 2});
  EXPECT_EQ(end.response.body, "here");
  EXPECT_EQ(end.url.text(), site.url("/3"));
  const auto short_of_it = fetch(site.url("/1"), get(), {.redirects = 1});
  EXPECT_EQ(short_of_it.response.status, 308);
  EXPECT_EQ(short_of_it.response.body, "moved");
  EXPECT_EQ(client.send(Url::parse(site.url("/1")).value(), get()).status, 302);
  EXPECT_EQ(fetch(site.url("/nowhere"), get(), {.redirects = 9}).response.status, 404);
}

TEST_F(Guarded, FollowsNoRedirectToSomethingElse) {
  for (const auto* location :
       {"file:///etc/passwd", "http://user@127.0.0.1/", "http://[fe80::1%25lo]/", "gopher://a/"}) {
    const Site site{{"/", redirect_to(location)}};
    EXPECT_THAT(fault(site.url(), {.redirects = 5}), HasSubstr("not an http or https address")) << location;
  }
}

TEST_F(Guarded, DropsMethodBodyAndCredentialsAsBrowsersDo) {
  names->say("other.example", {"127.0.0.1"});
  Site site{{"/end", answer("200 OK", "")}};
  site.on("/see-other", redirect_to("/end", "303 See Other"));
  site.on("/found", redirect_to("/end"));
  site.on("/again", redirect_to("/end", "307 Temporary Redirect"));
  site.on("/away", redirect_to(site.url("/end", "other.example"), "307 Temporary Redirect"));
  const auto last_after = [&](const std::string& path, Method method) {
    Request request{.method = method, .target = "/", .body = method == Method::get ? "" : "secret=1"};
    request.headers.add("Authorization", "Bearer token");
    request.headers.add("Cookie", "a=b");
    request.headers.add("Content-Type", "text/plain");
    EXPECT_EQ(fetch(site.url(path), std::move(request), {.redirects = 1}).response.status, 200) << path;
    return site.requests().back();
  };
  for (const auto* path : {"/see-other", "/found"}) {
    const auto request = last_after(path, Method::post);
    EXPECT_THAT(request, StartsWith("GET /end HTTP/1.1\r\n")) << path;
    EXPECT_THAT(request, Not(HasSubstr("secret=1"))) << path;
    EXPECT_THAT(request, Not(HasSubstr("Content-"))) << path;
    EXPECT_THAT(request, HasSubstr("Authorization: Bearer token")) << path;
  }
  EXPECT_THAT(last_after("/found", Method::put), StartsWith("PUT /end HTTP/1.1\r\n"));
  const auto again = last_after("/again", Method::post);
  EXPECT_THAT(again, StartsWith("POST /end HTTP/1.1\r\n"));
  EXPECT_THAT(again, HasSubstr("secret=1"));
  const auto away = last_after("/away", Method::get);
  EXPECT_THAT(away, HasSubstr("Host: other.example"));
  EXPECT_THAT(away, Not(HasSubstr("Bearer token")));
  EXPECT_THAT(away, Not(HasSubstr("Cookie")));
}

TEST_F(Guarded, KeepsCookiesWhereItIsAskedTo) {
  Site site{{"/", answer("302 Found", "", "Location: /in\r\nSet-Cookie: seen=1\r\nSet-Cookie: b=2; Secure\r\n")},
            {"/in", answer("200 OK", "")}};
  CookieJar jar;
  fetch(site.url(), get(), {.redirects = 1, .cookies = &jar});
  EXPECT_THAT(site.requests().back(), HasSubstr("\r\nCookie: seen=1\r\n"));
  EXPECT_THAT(jar.field(Url::parse(site.url()).value()), "seen=1");
  fetch(site.url(), get(), {.redirects = 1});
  EXPECT_THAT(site.requests().back(), Not(HasSubstr("Cookie")));
}

TEST_F(Guarded, DecodesTheAnswerWithinItsLimit) {
  const Site site{{"/", answer("200 OK", gzip("hello"), "Content-Encoding: gzip\r\n")},
                  {"/bomb", answer("200 OK", gzip(std::string(4 << 20, 'x')), "Content-Encoding: gzip\r\n")},
                  {"/cut", answer("200 OK", gzip("hello").substr(0, 12), "Content-Encoding: gzip\r\n")},
                  {"/odd", answer("200 OK", "hello", "Content-Encoding: zstd\r\n")}};
  const auto plain = fetch(site.url()).response;
  EXPECT_EQ(plain.body, "hello");
  EXPECT_EQ(plain.headers.find("Content-Encoding"), nullptr);
  EXPECT_THAT(site.requests().front(), HasSubstr("Accept-Encoding: gzip, deflate, br\r\n"));
  EXPECT_THAT(fault(site.url("/bomb"), {.limits = {.response_bytes = 1 << 20}}),
              HasSubstr("larger than what is taken"));
  EXPECT_THAT(fault(site.url("/cut")), HasSubstr("cut short"));
  EXPECT_THAT(fault(site.url("/odd")), HasSubstr("not asked for"));
}

TEST_F(Guarded, GivesTheLastAnswerToASinkPieceByPiece) {
  const Site site{{"/1", redirect_to("/2")},
                  {"/2", answer("200 OK", gzip(std::string(4 << 20, 'x')), "Content-Encoding: gzip\r\n")}};
  std::size_t total = 0;
  std::size_t largest = 0;
  const auto end = fetch(site.url("/1"), get(), {.redirects = 1, .sink = [&](std::string_view piece) {
                                                   total += piece.size();
                                                   largest = std::max(largest, piece.size());
                                                 }});
  EXPECT_EQ(end.response.body, "");
  EXPECT_EQ(total, 4U << 20);
  EXPECT_LE(largest, 64U * 1024);
  // What a sink throws is its own affair.
  EXPECT_THROW(fetch(site.url("/2"), get(), {.sink = [](std::string_view) { throw std::logic_error("enough"); }}),
               std::logic_error);
}

TEST_F(Guarded, KeepsToOneDeadlineForTheWholeChain) {
  ScriptedServer slow([](ServerSide& side, unsigned) {
    while (!side.receive().empty()) {
      std::this_thread::sleep_for(milliseconds(50));
      side.send(redirect_to("/on"));
    }
  });
  const auto started = std::chrono::steady_clock::now();
  EXPECT_THAT(fault("http://127.0.0.1:" + std::to_string(slow.port()) + "/",
                    {.limits = {.total = milliseconds(300)}, .redirects = 1000}),
              HasSubstr("in time"));
  EXPECT_LT(std::chrono::steady_clock::now() - started, milliseconds(2000));
}

}  // namespace
}  // namespace voyages::http::client
