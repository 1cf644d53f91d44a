#include "base/terminal.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>

namespace voyages {
namespace {

TEST(Terminal, ObeysNothingThatAStrangerHasChosen) {
  std::FILE* file = std::tmpfile();
  ASSERT_TRUE(file);
  write_visible(file, fmt::format("{:<12}|{}\n", "Eve\x1B[1A\u202E", "\u009B31m"));
  std::rewind(file);
  std::array<char, 200> bytes{};
  const auto length = std::fread(bytes.data(), 1, bytes.size(), file);
  std::fclose(file);
  EXPECT_EQ(std::string(bytes.data(), length), "Eve\\u{1b}[1A\\u{202e}    |\\u{9b}31m\n");
}

}  // namespace
}  // namespace voyages
