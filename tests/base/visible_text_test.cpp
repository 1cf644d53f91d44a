#include "base/visible_text.h"

#include <gtest/gtest.h>

namespace voyages {
namespace {

TEST(VisibleText, TakesTheNamesOfPeople) {
  for (const std::string_view name :
       {"Ada Lovelace", "Seán O'Casey-Ní Dhomhnaill", "Юлия Иванова", "Γιώργος", "山田 太郎", "José ☃", "Nguyễn Văn A",
        "محمد", "Юлия (Julia)", "ABC株式会社", "R2-D2", "हिन्दी"})
    EXPECT_TRUE(to_visible_name(name)) << name;
}

TEST(VisibleText, KeepsANameInOneForm) {
  EXPECT_EQ(to_visible_name("Zoe\u0308\u00A0Saldan\u0303a"), "Zo\u00EB Salda\u00F1a");
  EXPECT_EQ(to_visible_name("\u5C71\u7530\u3000\u592A\u90CE"), "\u5C71\u7530 \u592A\u90CE");
}

TEST(VisibleText, RefusesANameThatHidesOrDeceives) {
  for (const std::string_view name :
       {"", "  ", "\u3000", "\u0301", "Bank\u202Eknab", "Ba\u200Bnk", "Bank\u2029", "Ba\u009Bnk", "Bank\x1B[2J",
        "\uFEFFBank", "\u3164", "B\u0430nk", "P\u0430yroll Office", "\uFF22ank", "\U0001D401ank", "\xFF"})
    EXPECT_FALSE(to_visible_name(name)) << name;
}

TEST(VisibleText, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(escape_hidden("a\x1B]0;x\x07 \u009B2J \u202E\tb\n"), "a\\u{1b}]0;x\\u{7} \\u{9b}2J \\u{202e}\tb\n");
  EXPECT_EQ(escape_hidden("zo\u00EB \xF0\x9F\x98\x80 \xFF\r"), "zo\u00EB \xF0\x9F\x98\x80 \uFFFD\\u{d}");
}

TEST(VisibleText, EscapesWithinJsonWhatItMeant) {
  EXPECT_EQ(escape_hidden_json("{\"a\":\"\u202E\u009Bx\U000E0041\u00E9\"}\n"),
            "{\"a\":\"\\u202e\\u009bx\\udb40\\udc41\u00E9\"}\n");
}

TEST(VisibleText, ReplacesWhatHides) { EXPECT_EQ(replace_hidden("Mozilla\u202E/5\n\u00E9"), "Mozilla?/5?\u00E9"); }

}  // namespace
}  // namespace voyages
