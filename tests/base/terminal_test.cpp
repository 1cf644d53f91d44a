#include "base/terminal.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

namespace voyages {
namespace {

TEST(Terminal, ObeysNothingThatAStrangerHasChosen) {
  const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(std::tmpfile(), &std::fclose);
  ASSERT_TRUE(file);
  write_visible(file.get(), fmt::format("{:<12}|{}\n", "Eve\x1B[1A\u202E", "\u009B31m"));
  std::rewind(file.get());
  std::array<char, 200> bytes{};
  const auto length = std::fread(bytes.data(), 1, bytes.size(), file.get());
  EXPECT_EQ(std::string(bytes.data(), length), "Eve\\u{1b}[1A\\u{202e}    |\\u{9b}31m\n");
}

}  // namespace
}  // namespace voyages
