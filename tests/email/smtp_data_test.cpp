#include "email/smtp_data.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace voyages::email {
namespace {

TEST(SmtpData, StuffsDotsAndEndsWithOne) {
  EXPECT_EQ(to_smtp_data("a\r\nb\r\n"), "a\r\nb\r\n.\r\n");
  EXPECT_EQ(to_smtp_data(".\r\n..\r\na.b\r\n.c\r\n"), "..\r\n...\r\na.b\r\n..c\r\n.\r\n");
  EXPECT_EQ(to_smtp_data("no end of line"), "no end of line\r\n.\r\n");
  EXPECT_EQ(to_smtp_data(""), ".\r\n");
  EXPECT_EQ(to_smtp_data("\r\n\r\n.\r\n"), "\r\n\r\n..\r\n.\r\n");
}

TEST(SmtpData, RefusesHalfAnEndOfLine) {
  for (const auto* mime : {"a\nb\r\n", "a\rb\r\n", "a\r\n.\n", "a\n.\n", "a\r\n.\r", "a\r\r\n", "\n", "\r"}) {
    EXPECT_THROW((void)to_smtp_data(mime), std::invalid_argument) << mime;
  }
}

}  // namespace
}  // namespace voyages::email
