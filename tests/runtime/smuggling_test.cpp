#include <gtest/gtest.h>

#include "tests/runtime/server_fixture.h"

namespace voyages::runtime::test {
namespace {

using namespace std::string_literals;

struct Hostile {
  const char* what;
  std::string bytes;
  int status;
};

// Each is followed by a request that must never be seen: whatever was smuggled dies with the connection.
const Hostile hostile[] = {
    {"two equal Content-Lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
     400},
    {"two Content-Lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400},
    {"a list of lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc", 400},
    {"length, then coding",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"coding, then length",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400},
    {"another coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400},
    {"an unknown coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", 400},
    {"a hidden coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0b"s + "chunked\r\n\r\n0\r\n\r\n", 400},
    {"a quoted coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 400},
    {"an empty coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n", 400},
    {"two codings",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"a coding in 1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"a signed length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc", 400},
    {"a negative length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabc", 400},
    {"a hexadecimal length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc", 400},
    {"an empty length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400},
    {"a length beyond 64 bits", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551619\r\n\r\nabc", 400},
    {"a length beyond the limit", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", 413},
    {"bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
    {"bare LF after a field", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400},
    {"bare LF at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
    {"bare CR in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: y\rz\r\n\r\n", 400},
    {"a folded field", "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n", 400},
    {"a field folded by a tab", "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\tz\r\n\r\n", 400},
    {"space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
    {"space before the colon", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length : 3\r\n\r\nabc", 400},
    {"no colon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", 400},
    {"no field name", "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", 400},
    {"NUL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: y"s + '\0' + "z\r\n\r\n", 400},
    {"NUL in a name", "GET / HTTP/1.1\r\nHost: a\r\nX"s + '\0' + ": z\r\n\r\n", 400},
    {"DEL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX: \x7f\r\n\r\n", 400},
    {"a name outside ASCII", "GET / HTTP/1.1\r\nHost: a\r\nX\xC3\xA9: z\r\n\r\n", 400},
    {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
    {"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
    {"a Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"a Host with a user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
    {"an absolute target with a user", "GET http://a@b/ HTTP/1.1\r\nHost: b\r\n\r\n", 400},
    {"an absolute target without a host", "GET http:///x HTTP/1.1\r\nHost: b\r\n\r\n", 400},
    {"a target of another scheme", "GET ftp://a/x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"a relative target", "GET x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"a target with a fragment", "GET /x#y HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"a target with a space", "GET /x y HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"a target outside ASCII", "GET /\xC3\xA9 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"an asterisk without OPTIONS", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"two spaces in the request line", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"a tab in the request line", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"space before the method", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"no method", "/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"a method of 33 characters", std::string(33, 'M') + " / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"HTTP/0.9", "GET /\r\n", 400},
    {"HTTP/1.1 without its point", "GET / HTTP/11\r\nHost: a\r\n\r\n", 400},
    {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
    {"HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"a TLS handshake", "\x16\x03\x01\x02"s, 400},
    {"two empty lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"another expectation", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: gold\r\n\r\nx", 417},
    {"a chunk size of no digits", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\r\n0\r\n\r\n", 400},
    {"a signed chunk size", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", 400},
    {"a prefixed chunk size", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
     400},
    {"space after a chunk size", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n",
     400},
    {"a chunk size of 16 digits",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0000000000000001\r\na\r\n0\r\n\r\n", 400},
    {"a chunk beyond the limit", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n", 413},
    {"bare LF after a chunk size", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n",
     400},
    {"bare LF in an extension",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;x\ny\r\na\r\n0\r\n\r\n", 400},
    {"a chunk longer than its size",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", 400},
    {"a long chunk extension",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(257, 'x') +
         "\r\na\r\n0\r\n\r\n",
     400},
    {"bare LF after the last chunk", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\n", 400},
    {"a long trailer",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + std::string(5000, 'x') + "\r\n\r\n",
     431},
};

TEST(Smuggling, AnswersEveryHostileShapeOnceAndCloses) {
  RunningServer server;
  for (const auto& [what, bytes, status] : hostile) {
    SCOPED_TRACE(what);
    auto client = server.connect();
    const auto answer = client.exchange(bytes + get("/smuggled"));
    EXPECT_EQ(answer.status, status);
    EXPECT_TRUE(answer.has("Connection: close"));
    EXPECT_TRUE(answer.has("Content-Type: application/problem+json"));
    EXPECT_NE(answer.body.find("\"status\":" + std::to_string(status)), std::string::npos);
    EXPECT_TRUE(client.is_closed());
  }
  EXPECT_EQ(server.handler.handled, 0);
}

TEST(Smuggling, StillAnswersWhatCameBeforeTheHostileRequest) {
  RunningServer server;
  auto client = server.connect();
  EXPECT_EQ(client.exchange(get("/blocking/a") + "GET / HTTP/1.1\r\n\r\n").status, 200);
  EXPECT_EQ(client.receive().status, 400);
  EXPECT_TRUE(client.is_closed());
}

struct Unusual {
  const char* what;
  std::string bytes;
  std::string body;
};

const Unusual unusual[] = {
    {"an absolute target", "GET http://b:8080/x?y=1 HTTP/1.1\r\nHost: a\r\n\r\n", "GET /x?y=1"},
    {"an absolute target of https", "GET HTTPS://b/x HTTP/1.1\r\nHost: a\r\n\r\n", "GET /x"},
    {"an absolute target without a path", "GET http://b HTTP/1.1\r\nHost: b\r\n\r\n", "GET /"},
    {"an absolute target of a query alone", "GET http://b?q HTTP/1.1\r\nHost: b\r\n\r\n", "GET /?q"},
    {"OPTIONS of the server", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS *"},
    {"OPTIONS of the server, absolute", "OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS *"},
    {"CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", "OTHER a:443"},
    {"TRACE", "TRACE /x HTTP/1.1\r\nHost: a\r\n\r\n", "OTHER /x"},
    {"a method nobody knows", "BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n", "OTHER /pot"},
    {"a method in lower case", "get /x HTTP/1.1\r\nHost: a\r\n\r\n", "OTHER /x"},
    {"one empty line first", "\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n", "GET /x"},
    {"no space after the colon", "GET /x HTTP/1.1\r\nHost:a\r\n\r\n", "GET /x"},
    {"tabs around a value", "GET /x HTTP/1.1\r\nHost:\ta\t\r\n\r\n", "GET /x"},
    {"an address of IPv6", "GET /x HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", "GET /x"},
    {"a body with GET", "GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", "GET /x [abc]"},
    {"a length with zeros in front", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 003\r\n\r\nabc", "POST /x [abc]"},
    {"a body of nothing", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "POST /x"},
    {"a coding in capitals", "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n1\r\nz\r\n0\r\n\r\n",
     "POST /x [z]"},
    {"a value outside ASCII", "GET /x HTTP/1.1\r\nHost: a\r\nX: \xC3\xA9\r\n\r\n", "GET /x"},
    {"a wish for HTTP/2", "GET /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
     "GET /x"},
};

TEST(Smuggling, LeavesUnusualButCleanRequestsAlone) {
  RunningServer server;
  for (const auto& [what, bytes, body] : unusual) {
    SCOPED_TRACE(what);
    auto client = server.connect();
    const auto answer = client.exchange(bytes + get("/after"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, body);
    EXPECT_EQ(client.receive().body, "GET /after");
  }
}

TEST(Smuggling, TakesTheHostOfAnAbsoluteTargetOverTheField) {
  RunningServer server;
  EXPECT_EQ(server.connect().exchange("GET http://b:81/headers HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n").status, 200);
  EXPECT_EQ(server.connect().exchange("GET http://b:81/headers HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n").body,
            "X=y;Host=b:81;");
}

TEST(Smuggling, NeverPassesTrailersOnAsFields) {
  RunningServer server;
  const auto answer = server.connect().exchange(
      "POST /headers HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nAuthorization: x\r\n\r\n");
  EXPECT_EQ(answer.body, "Host=a;Transfer-Encoding=chunked;");
}

}  // namespace
}  // namespace voyages::runtime::test
