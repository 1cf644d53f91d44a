#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace voyages {

/// Writes a tar archive of regular files, piece by piece, in the pax interchange format (POSIX.1-2017, `pax`), which
/// every `tar` reads.
class TarWriter {
 public:
  using Sink = std::function<void(std::string_view)>;

  TarWriter(Sink sink, Time modified_at) : sink_(std::move(sink)), modified_at_(modified_at) {}

  /// Begins a file. Throws std::logic_error when the one before has fewer bytes than it was to have.
  void begin(std::string_view path, std::uint64_t size);
  /// Throws std::logic_error for more bytes than the file was to have.
  void write(std::string_view bytes);
  /// Ends the archive.
  void finish();

 private:
  void end_file();
  void pad(std::uint64_t size);

  Sink sink_;
  Time modified_at_;
  std::uint64_t size_ = 0;
  std::uint64_t left_ = 0;  // of the file's bytes
};

/// Reads a tar archive of regular files piece by piece, from whatever source. It throws std::runtime_error when the
/// archive is cut or damaged, or holds anything else, such as a link or a directory. Paths are as they are written
/// there: the caller decides which it takes.
class TarReader {
 public:
  /// Reads up to `size` bytes and returns how many; 0 at the end.
  using Source = std::function<std::size_t(char* buffer, std::size_t size)>;
  struct Entry {
    std::string path;
    std::uint64_t size = 0;
  };

  explicit TarReader(Source source) : source_(std::move(source)) {}

  /// The next file, whether or not the one before was read to its end; nullopt at the end of the archive.
  std::optional<Entry> next();
  /// The next piece of the file; empty at its end.
  std::string read();

 private:
  std::string take(std::size_t size);
  void skip_padding();

  Source source_;
  std::uint64_t left_ = 0;     // of the file's bytes
  std::uint64_t padding_ = 0;  // behind them
};

}  // namespace voyages
