#include "base/tar.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <vector>

namespace voyages {
namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

std::string pack(const Files& files) {
  std::string archive;
  TarWriter writer([&](std::string_view bytes) { archive += bytes; }, Time());
  for (const auto& [path, bytes] : files) {
    writer.begin(path, bytes.size());
    writer.write(bytes);
  }
  writer.finish();
  return archive;
}

/// A source that gives away a few bytes at a time.
TarReader reader_of(std::string_view archive) {
  return TarReader([archive](char* buffer, std::size_t size) mutable {
    const auto taken = archive.substr(0, std::min<std::size_t>(size, 1000));
    std::ranges::copy(taken, buffer);
    archive.remove_prefix(taken.size());
    return taken.size();
  });
}

Files unpack(std::string_view archive) {
  auto reader = reader_of(archive);
  Files files;
  while (const auto entry = reader.next()) {
    files.emplace_back(entry->path, "");
    for (auto piece = reader.read(); !piece.empty(); piece = reader.read()) files.back().second += piece;
    EXPECT_EQ(files.back().second.size(), entry->size);
  }
  return files;
}

/// Writes over a part of the first header, and its checksum with it.
std::string forged(std::string archive, std::size_t offset, std::string_view text) {
  archive.replace(offset, text.size(), text);
  archive.replace(148, 8, "        ");
  unsigned sum = 0;
  for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(archive[i]);
  char digits[8];
  std::snprintf(digits, sizeof digits, "%06o", sum);
  archive.replace(148, 7, std::string(digits, 7));
  return archive;
}

TEST(Tar, ReadsWhatItWrote) {
  const Files files{{"voyages.db", std::string(1'000'000, 'x')},
                    {"empty", ""},
                    {"block", std::string(512, 'y')},
                    {std::string(100, 'n'), "at the limit of a header"},
                    {std::string(101, 'n'), "beyond it"},
                    {"blobs/" + std::string(512, 'n'), "far beyond it"}};
  EXPECT_EQ(unpack(pack(files)), files);
  EXPECT_EQ(unpack(pack({})), Files{});
}

TEST(Tar, SkipsAFileThatIsNotRead) {
  const auto archive = pack({{"a", std::string(2000, 'x')}, {"b", "y"}});
  auto reader = reader_of(archive);
  EXPECT_EQ(reader.next()->path, "a");
  EXPECT_EQ(reader.next()->path, "b");
  EXPECT_EQ(reader.read(), "y");
  EXPECT_EQ(reader.next(), std::nullopt);
}

TEST(Tar, RefusesAnArchiveThatIsCutAnywhere) {
  const auto archive = pack({{std::string(200, 'n'), std::string(700, 'x')}});
  for (std::size_t size = 0; size < archive.size(); size += 100) {
    EXPECT_THROW(unpack(archive.substr(0, size)), std::runtime_error) << size;
  }
  EXPECT_THROW(unpack(archive.substr(0, archive.size() - 1)), std::runtime_error);
}

TEST(Tar, RefusesADamagedHeader) {
  const auto archive = pack({{"a", "x"}});
  for (const std::size_t at : {0UL, 100UL, 124UL, 148UL, 155UL, 156UL, 257UL, 400UL}) {
    auto damaged = archive;
    damaged[at] = static_cast<char>(damaged[at] + 1);
    EXPECT_THROW(unpack(damaged), std::runtime_error) << at;
  }
  EXPECT_EQ(unpack(forged(archive, 0, "b")), (Files{{"b", "x"}}));
}

TEST(Tar, RefusesWhatIsNoFile) {
  const auto archive = pack({{"a", "x"}});
  for (const auto* type : {"1", "2", "3", "4", "5", "6", "7", "g", "L", "S"}) {
    EXPECT_THROW(unpack(forged(archive, 156, type)), std::runtime_error) << type;
  }
}

TEST(Tar, RefusesNumbersThatCannotBe) {
  const auto archive = pack({{"a", "x"}});
  for (const auto* size : {"0000000000x", "-0000000001", "99999999999", "\x80"}) {
    EXPECT_THROW(unpack(forged(archive, 124, size)), std::runtime_error) << size;
  }
  const auto extended = pack({{std::string(200, 'n'), "x"}});
  for (const auto* records : {"999 path=x\n", "0 path=x\n", "x path=x\n", "209 path=x\n"}) {
    auto damaged = extended;
    damaged.replace(512, std::string_view(records).size(), records);
    EXPECT_THROW(unpack(damaged), std::runtime_error) << records;
  }
  // A header of a gigabyte is not read into memory.
  EXPECT_THROW(unpack(forged(extended, 124, "10000000000")), std::runtime_error);
}

TEST(Tar, AnnouncesTheSizeBeyondWhatAHeaderHolds) {
  std::string archive;
  TarWriter writer([&](std::string_view bytes) { archive += bytes; }, Time());
  writer.begin("a", 10'000'000'000);
  auto reader = reader_of(archive);
  EXPECT_EQ(reader.next()->size, 10'000'000'000U);
}

TEST(Tar, WritesExactlyWhatWasAnnounced) {
  TarWriter writer([](std::string_view) {}, Time());
  writer.begin("a", 2);
  EXPECT_THROW(writer.write("xyz"), std::logic_error);
  writer.write("x");
  EXPECT_THROW(writer.finish(), std::logic_error);
}

}  // namespace
}  // namespace voyages
