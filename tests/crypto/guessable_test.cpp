#include "crypto/guessable.h"

#include <gtest/gtest.h>

namespace voyages::crypto {
namespace {

TEST(GuessablePasswords, AreRunsOfTheAlphabetOfDigitsAndOfKeys) {
  for (const char* password :
       {"23456789", "34567890", "87654321", "9876543210", "hijklmno", "ZYXWVUTS", "tsrqponm", "wertyuio", "lkjhgfdsa",
        "abcd4321", "asdf7890", "xyz987qwe", "AZERTYuiop", "yxcvbnm123"})
    EXPECT_TRUE(is_run_or_repeat(password)) << password;
}

TEST(GuessablePasswords, AreRepeatsOfAShortPiece) {
  for (const char* password : {"44444444", "zzzzzzzzzzzzzzz", "xyxyxyxyx", "Abc1aBC1abc", "tigertiger", "üüüüüüüü",
                               "7777aaaa", "horse12horse12"})
    EXPECT_TRUE(is_run_or_repeat(password)) << password;
}

TEST(GuessablePasswords, AreNotThoseThatOnlyHaveARunInThem) {
  for (const char* password : {"correct horse battery staple", "ab12cd34ef", "tiger123lily", "q1w2e3r4zz",
                               "longer piece longer piece ", "abcdefgh-and-more", "ace13579x"})
    EXPECT_FALSE(is_run_or_repeat(password)) << password;
}

TEST(GuessablePasswords, AreMadeOfWordsThatOthersKnow) {
  const std::string words[] = {"hopper", "Navy", "Ünal", "ab"};
  for (const char* password : {"hopper1906", "NAVYhopper", "hopper-navy-hopper", "ünal2024", "1hophopperper9"})
    EXPECT_TRUE(is_made_of(password, words, 8)) << password;
  for (const char* password : {"hopper and a nanosecond", "abababx9", "grasshop1906", "2024-1906"})
    EXPECT_FALSE(is_made_of(password, words, 8)) << password;
}

}  // namespace
}  // namespace voyages::crypto
