#include "email/smtp_hello.h"

#include <gtest/gtest.h>

namespace voyages::email {
namespace {

TEST(SmtpHello, IsTheNameThatOthersKnow) {
  EXPECT_EQ(choose_hello_name("id.example.com", "box", "192.0.2.1"), "id.example.com");
  EXPECT_EQ(choose_hello_name("xn--bcher-kva.example", "box", "192.0.2.1"), "xn--bcher-kva.example");
}

TEST(SmtpHello, IsTheMachinesWhereTheFirstIsNone) {
  for (const auto* wished : {"", "localhost", "app.localhost", "intranet", "192.0.2.7", "[", "a..b", "-a.example",
                             "a_b.example", "bücher.example", "example.com.", ".example.com", "a.example\r\nRSET"}) {
    EXPECT_EQ(choose_hello_name(wished, "box.example.net", "192.0.2.1"), "box.example.net") << wished;
  }
  EXPECT_EQ(choose_hello_name("localhost", "box", "192.0.2.1"), "box");
}

TEST(SmtpHello, IsAnAddressWhereThereIsNoName) {
  for (const auto* machine : {"", "localhost", "localhost.localdomain", "my_box", "7", "two words"}) {
    EXPECT_EQ(choose_hello_name("localhost", machine, "192.0.2.1"), "[192.0.2.1]") << machine;
  }
  EXPECT_EQ(choose_hello_name("", "", "2001:db8::1"), "[IPv6:2001:db8::1]");
}

}  // namespace
}  // namespace voyages::email
