#include "email/smtp_reply_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "email/smtp_features.h"
#include "email/smtp_reply.h"

namespace voyages::email {
namespace {

using testing::ElementsAre;

SmtpReply read(std::string_view bytes, std::size_t piece) {
  SmtpReplyReader reader;
  while (!bytes.empty() && !reader.done()) {
    reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  EXPECT_TRUE(reader.done());
  return reader.take();
}

TEST(SmtpReplyReader, ReadsAReplyHoweverItIsCut) {
  for (const std::size_t piece : {1U, 2U, 5U, 1000U}) {
    const auto reply = read("250-one\r\n250-\r\n250 three\r\n", piece);
    EXPECT_EQ(reply.code, 250);
    EXPECT_THAT(reply.lines, ElementsAre("one", "", "three"));
    EXPECT_THAT(read("354\r\n", piece).lines, ElementsAre(""));
    EXPECT_THAT(read("250 a server of few ends\n", piece).lines, ElementsAre("a server of few ends"));
  }
}

TEST(SmtpReplyReader, TellsWhatNobodyAskedFor) {
  SmtpReplyReader reader;
  reader.feed("220 go ahead\r\n");
  EXPECT_TRUE(reader.done());
  EXPECT_FALSE(reader.has_more());
  EXPECT_EQ(reader.take().code, 220);
  reader.feed("220 go ahead\r\n250 injected\r\n");
  EXPECT_EQ(reader.take().code, 220);
  EXPECT_TRUE(reader.has_more());
}

TEST(SmtpReplyReader, RefusesWhatIsNoReply) {
  const std::string cases[] = {"\r\n",
                               "25\r\n",
                               "2500 x\r\n",
                               "250_x\r\n",
                               "hello\r\n",
                               "120 x\r\n",
                               "600 x\r\n",
                               "250-x\r\nx\r\n",
                               std::string(5000, '2'),
                               std::string("250 ") + std::string(5000, 'x')};
  for (const auto& bytes : cases) {
    SmtpReplyReader reader;
    EXPECT_THROW(reader.feed(bytes), BadSmtpReply) << bytes;
  }
  SmtpReplyReader reader;
  std::string lines;
  for (int i = 0; i < 200; ++i) lines += "250-x\r\n";
  EXPECT_THROW(reader.feed(lines), BadSmtpReply);
}

TEST(SmtpReply, IsWrittenAsOneLineWithAllItsText) {
  EXPECT_EQ(to_line({250, {"ok"}}), "250 ok");
  EXPECT_EQ(to_line({250, {""}}), "250");
  EXPECT_EQ(to_line({550, {"5.1.1 gone:", "5.1.1 for years"}}), "550 5.1.1 gone: for years");
  EXPECT_EQ(to_line({550, {"sorry:", "5.7.1 policy", "5.7.2 or another"}}), "550 5.7.1 sorry: policy 5.7.2 or another");
  EXPECT_EQ(to_line({535, {"5.7.8 ab", "5.7.8 cd"}}, ""), "5355.7.8abcd");
}

TEST(SmtpFeatures, AreReadFromTheAnswerToEhlo) {
  const auto features = to_features({250,
                                     {"relay.test STARTTLS", "8bitmime", "SIZE 52428800", "AUTH PLAIN login",
                                      "AUTH=CRAM-MD5", "SMTPUTF8", "HELP", ""}});
  EXPECT_FALSE(features.starttls);  // the first line is a greeting
  EXPECT_TRUE(features.eight_bit);
  EXPECT_TRUE(features.smtputf8);
  EXPECT_TRUE(features.size);
  EXPECT_EQ(features.most_bytes, 52428800U);
  EXPECT_THAT(features.mechanisms, ElementsAre("PLAIN", "login", "CRAM-MD5"));
  EXPECT_TRUE(features.offers("LOGIN"));
  EXPECT_FALSE(features.offers("XOAUTH2"));
  EXPECT_TRUE(to_features({250, {"relay.test", "starttls"}}).starttls);
}

TEST(SmtpFeatures, KnowNoLimitWhereTheServerNamesNone) {
  for (const auto* size : {"SIZE", "SIZE 0", "SIZE x", "SIZE -1", "SIZE 99999999999999999999999"}) {
    const auto features = to_features({250, {"relay.test", size}});
    EXPECT_TRUE(features.size);
    EXPECT_EQ(features.most_bytes, 0U) << size;
  }
}

}  // namespace
}  // namespace voyages::email
