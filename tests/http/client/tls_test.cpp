#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/client/client.h"
#include "tests/support/environment.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/tls_server_side.h"

namespace voyages::http::client {
namespace {

using testing::HasSubstr;
using tests::CertificateText;
using tests::EnvironmentVariable;
using tests::Identity;
using tests::make_certificate;
using tests::ScriptedServer;
using tests::ServerSide;
using tests::TlsServerContext;
using tests::TlsServerSide;

constexpr std::string_view greeting = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

/// A certification authority that SSL_CERT_FILE and AWS_CA_BUNDLE name.
class HttpClientTls : public testing::Test {
 protected:
  HttpClientTls()
      : authority_(make_certificate("Test Authority", {.alternative_names = "", .authority = true})),
        system_file_("SSL_CERT_FILE", (folder_.path() / "ca.pem").c_str()),
        amazon_file_("AWS_CA_BUNDLE", (folder_.path() / "ca.pem").c_str()) {
    write_pem(folder_.path() / "ca.pem", authority_);
  }

  [[nodiscard]] Identity issue(const CertificateText& text) const {
    return make_certificate("leaf", text, &authority_);
  }

  /// Answers each request of each connection.
  static ScriptedServer::Script serve(const TlsServerContext& context) {
    return [&context](ServerSide& side, unsigned) {
      TlsServerSide tls(context, side);
      while (!tls.receive().empty()) tls.send(greeting);
    };
  }

  static Response get(Client& client, const ScriptedServer& server, std::string host = "localhost") {
    return client.send({.host = std::move(host), .port = server.port()}, {.method = Method::get, .target = "/"},
                       {.connect = std::chrono::seconds(5), .total = std::chrono::seconds(5)});
  }

  /// Why a server with this identity is not believed.
  static std::string refusal(const Identity& identity, const std::string& host = "localhost") {
    const TlsServerContext context(identity);
    ScriptedServer server(serve(context));
    Client client(Trust::system);
    try {
      get(client, server, host);
    } catch (const TransferFailed& error) {
      EXPECT_FALSE(error.may_have_arrived());
      return error.what();
    }
    return "it is believed";
  }

  tests::TemporaryDirectory folder_;
  Identity authority_;
  EnvironmentVariable system_file_;
  EnvironmentVariable amazon_file_;
};

TEST_F(HttpClientTls, BelievesTheRightName) {
  const auto identity = issue({.alternative_names = "DNS:localhost"});
  const TlsServerContext context(identity);
  std::string server_name;
  ScriptedServer server([&](ServerSide& side, unsigned) {
    TlsServerSide tls(context, side);
    server_name = tls.server_name();
    while (!tls.receive().empty()) tls.send(greeting);
  });
  for (const auto trust : {Trust::system, Trust::amazon}) {
    Client client(trust);
    EXPECT_EQ(get(client, server).body, "hello");
    EXPECT_EQ(server_name, "localhost");
  }
}

TEST_F(HttpClientTls, BelievesTheRightAddressAndSendsNoNameForIt) {
  const auto identity = issue({.alternative_names = "IP:127.0.0.1"});
  const TlsServerContext context(identity);
  std::string server_name = "unset";
  ScriptedServer server([&](ServerSide& side, unsigned) {
    TlsServerSide tls(context, side);
    server_name = tls.server_name();
    while (!tls.receive().empty()) tls.send(greeting);
  });
  Client client(Trust::system);
  EXPECT_EQ(get(client, server, "127.0.0.1").body, "hello");
  EXPECT_EQ(server_name, "");
}

TEST_F(HttpClientTls, RefusesAnotherName) {
  EXPECT_THAT(refusal(issue({.alternative_names = "DNS:example.com"})), HasSubstr("is for another name"));
  EXPECT_THAT(refusal(issue({.alternative_names = "DNS:example.com"}), "127.0.0.1"), HasSubstr("is for another name"));
  // A name in place of an address, as DNS entry, counts for nothing.
  EXPECT_THAT(refusal(issue({.alternative_names = "DNS:127.0.0.1"}), "127.0.0.1"), HasSubstr("is for another name"));
}

TEST_F(HttpClientTls, RefusesACertificateOutOfItsTimeAndNamesTheClock) {
  const auto expired = refusal(issue({.alternative_names = "DNS:localhost", .begins_in_s = -7200, .ends_in_s = -60}));
  EXPECT_THAT(expired, HasSubstr("has expired, or this machine's clock is ahead"));
  const auto early = refusal(issue({.alternative_names = "DNS:localhost", .begins_in_s = 3600, .ends_in_s = 7200}));
  EXPECT_THAT(early, HasSubstr("is not valid yet: this machine's clock may be behind"));
}

TEST_F(HttpClientTls, RefusesWhoSignedItselfAndSaysWhoIsTrusted) {
  const auto text = refusal(make_certificate("localhost", {.alternative_names = "DNS:localhost"}));
  EXPECT_THAT(text, HasSubstr("signed by nobody who is trusted; trusted are those in"));
  EXPECT_THAT(text, HasSubstr("(SSL_CERT_FILE)"));
}

TEST_F(HttpClientTls, RefusesAnotherAuthority) {
  const auto other = make_certificate("Test Authority", {.alternative_names = "", .authority = true});
  EXPECT_NE(refusal(make_certificate("leaf", {.alternative_names = "DNS:localhost"}, &other)), "it is believed");
}

TEST_F(HttpClientTls, TrustsAmazonsOwnRootsAloneWithoutABundle) {
  amazon_file_.set(nullptr);
  const auto identity = issue({.alternative_names = "DNS:localhost"});
  const TlsServerContext context(identity);
  ScriptedServer server(serve(context));
  Client client(Trust::amazon);
  try {
    get(client, server);
    FAIL() << "it is believed";
  } catch (const TransferFailed& error) {
    EXPECT_THAT(error.what(), HasSubstr("trusted are Amazon's own alone"));
  }
}

TEST_F(HttpClientTls, SaysWhichFileCannotBeRead) {
  system_file_.set("/nowhere/ca.pem");
  EXPECT_THAT(refusal(issue({.alternative_names = "DNS:localhost"})),
              HasSubstr("SSL_CERT_FILE names /nowhere/ca.pem, which is not a readable file of CA certificates"));
}

TEST_F(HttpClientTls, RefusesOldVersionsOfTls) {
  const auto identity = issue({.alternative_names = "DNS:localhost"});
  const TlsServerContext context(identity, TLS1_1_VERSION);
  ScriptedServer server(serve(context));
  Client client(Trust::system);
  EXPECT_THROW(get(client, server), TransferFailed);
}

TEST_F(HttpClientTls, SpeaksTls12) {
  const auto identity = issue({.alternative_names = "DNS:localhost"});
  const TlsServerContext context(identity, TLS1_2_VERSION);
  ScriptedServer server(serve(context));
  Client client(Trust::system);
  EXPECT_EQ(get(client, server).body, "hello");
  EXPECT_EQ(get(client, server).body, "hello");
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpClientTls, KeepsAConnectionThoughSessionTicketsArrive) {
  const auto identity = issue({.alternative_names = "DNS:localhost"});
  const TlsServerContext context(identity);
  ScriptedServer server(serve(context));
  Client client(Trust::system);
  EXPECT_EQ(get(client, server).body, "hello");
  EXPECT_EQ(get(client, server).body, "hello");
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpClientTls, ResumesTheSessionOfAClosedConnection) {
  const auto identity = issue({.alternative_names = "DNS:localhost"});
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const TlsServerContext context(identity, version);
    std::atomic<unsigned> resumed = 0;
    ScriptedServer server([&](ServerSide& side, unsigned) {
      TlsServerSide tls(context, side);
      if (tls.resumed()) ++resumed;
      tls.receive();
      tls.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      tls.say_good_bye();
    });
    Client client(Trust::system);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(get(client, server).status, 200);
    EXPECT_EQ(server.connections(), 3U);
    EXPECT_EQ(resumed, 2U);
  }
}

TEST_F(HttpClientTls, RefusesATruncatedAnswerWithoutALength) {
  const auto identity = issue({.alternative_names = "DNS:localhost"});
  const TlsServerContext context(identity);
  ScriptedServer server([&](ServerSide& side, unsigned number) {
    TlsServerSide tls(context, side);
    tls.receive();
    tls.send("HTTP/1.1 200 OK\r\n\r\nhalf an ans");
    if (number == 1) tls.say_good_bye();
  });
  Client client(Trust::system);
  // An attacker can end TCP, but cannot say good-bye in TLS (RFC 8446 §6.1).
  EXPECT_THROW(get(client, server), TransferFailed);
  EXPECT_EQ(get(client, server).body, "half an ans");
}

TEST_F(HttpClientTls, HoldsItsDeadlineAgainstAServerThatNeverShakesHands) {
  ScriptedServer server([](ServerSide& side, unsigned) { side.receive(); });
  Client client(Trust::system);
  try {
    client.send({.host = "localhost", .port = server.port()}, {.method = Method::get, .target = "/"},
                {.connect = std::chrono::milliseconds(100)});
    FAIL() << "there was no answer";
  } catch (const TransferFailed& error) {
    EXPECT_TRUE(error.timed_out());
    EXPECT_FALSE(error.may_have_arrived());
  }
}

TEST_F(HttpClientTls, SaysThatAServerSpeaksNoTls) {
  ScriptedServer server([](ServerSide& side, unsigned) { side.send("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  Client client(Trust::system);
  try {
    get(client, server);
    FAIL() << "it spoke no TLS";
  } catch (const TransferFailed& error) {
    EXPECT_THAT(error.what(), HasSubstr("TLS could not be agreed on: the server does not speak TLS on this port"));
  }
}

}  // namespace
}  // namespace voyages::http::client
