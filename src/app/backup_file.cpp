#include "app/backup_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string>

#include "app/progress.h"
#include "base/encoding.h"
#include "base/tar.h"
#include "crypto/hash.h"
#include "store/filesystem/draft.h"

namespace voyages::app {

namespace {

using store::filesystem::beside;
using store::filesystem::Draft;
using store::filesystem::FileDescriptor;

constexpr std::string_view database_path = "voyages.db";
constexpr std::string_view blobs_folder = "blobs/";
constexpr std::string_view sums_path = "SHA256SUMS";
constexpr std::size_t names_at_once = 1000;

FileDescriptor open_to_read(const std::filesystem::path& path) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) store::filesystem::throw_errno("open", path);
  return file;
}

std::uint64_t size_of(const FileDescriptor& file, const std::filesystem::path& path) {
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) store::filesystem::throw_errno("read", path);
  return static_cast<std::uint64_t>(status.st_size);
}

// A line as `sha256sum` writes it.
std::string sum_line(const std::string& hash, std::string_view path) {
  return fmt::format("{}  {}\n", to_hex(hash), path);
}

// Puts files into the archive, and their hashes into a file beside it, so that no number of blobs fills the memory.
class Packer {
 public:
  Packer(const std::filesystem::path& file, Time now)
      : draft_(beside(file, ".partial")),
        sums_(beside(file, ".sums.partial")),
        tar_([this](std::string_view bytes) { append(draft_, bytes); }, now) {}

  void begin(const std::string& path, std::uint64_t size) {
    path_ = path;
    tar_.begin(path, size);
  }
  void write(std::string_view bytes) {
    tar_.write(bytes);
    hash_.update(bytes);
    progress_.add(bytes.size());
  }
  void end() { append(sums_, sum_line(hash_.finish(), path_)); }

  void pack_file(std::string_view path, const std::filesystem::path& source) {
    const auto file = open_to_read(source);
    begin(std::string(path), size_of(file, source));
    std::array<char, 65536> buffer;
    while (const auto count = store::filesystem::read_some(file.get(), buffer.data(), buffer.size(), source)) {
      write({buffer.data(), count});
    }
    end();
  }

  void finish(const std::filesystem::path& target) {
    pack_file(sums_path, sums_.path());
    tar_.finish();
    draft_.rename_to(target);
  }

 private:
  static void append(const Draft& draft, std::string_view bytes) {
    store::filesystem::write_all(draft.descriptor(), bytes, draft.path());
  }

  Draft draft_;
  Draft sums_;
  TarWriter tar_;
  crypto::Sha256 hash_;
  std::string path_;
  Progress progress_{"Writing the backup"};
};

TarReader read_archive(const FileDescriptor& file, const std::filesystem::path& path, Progress& progress) {
  if (::lseek(file.get(), 0, SEEK_SET) != 0) store::filesystem::throw_errno("read", path);
  return TarReader([&file, &path, &progress](char* buffer, std::size_t size) {
    const auto count = store::filesystem::read_some(file.get(), buffer, size, path);
    progress.add(count);
    return count;
  });
}

// The name of the blob that the archive has at that path. No `..`, no second spelling, nothing outside passes.
std::string blob_name_of(std::string_view path) {
  if (path.starts_with(blobs_folder)) {
    const auto name = path.substr(blobs_folder.size());
    if (store::is_blob_name(name)) return std::string(name);
  }
  throw std::runtime_error("the archive holds a file that is no part of a backup: " + std::string(path));
}

// One look at everything: the order of the files, and the hash of each.
class Inspection {
 public:
  explicit Inspection(TarReader reader) : reader_(std::move(reader)) {}

  void run(const std::function<void(std::string_view)>& database) {
    auto entry = reader_.next();
    if (!entry || entry->path != database_path) throw std::runtime_error("the archive does not begin with voyages.db");
    inspect(*entry, database);
    std::string last;
    for (entry = reader_.next(); entry && entry->path != sums_path; entry = reader_.next()) {
      auto name = blob_name_of(entry->path);
      // In bytewise order none comes twice.
      if (name <= last) throw std::runtime_error("the archive holds a blob twice or in disorder: " + name);
      if (entry->size > store::max_blob_bytes) throw std::runtime_error("a blob has over 5 GB: " + name);
      inspect(*entry, [](std::string_view) {});
      last = std::move(name);
    }
    if (!entry) throw std::runtime_error("the archive has no SHA256SUMS at its end");
    compare_sums();
    if (reader_.next()) throw std::runtime_error("the archive goes on behind its SHA256SUMS");
  }

 private:
  void inspect(const TarReader::Entry& entry, const std::function<void(std::string_view)>& take) {
    for (auto piece = reader_.read(); !piece.empty(); piece = reader_.read()) {
      hash_.update(piece);
      take(piece);
    }
    sums_.update(sum_line(hash_.finish(), entry.path));
  }

  // Both lists are compared by their hashes: each may be longer than memory should hold.
  void compare_sums() {
    for (auto piece = reader_.read(); !piece.empty(); piece = reader_.read()) hash_.update(piece);
    if (hash_.finish() != sums_.finish()) {
      throw std::runtime_error(
          "the archive is damaged: its files are not those of its SHA256SUMS; `tar -xf` it into an empty folder, and "
          "`sha256sum --check SHA256SUMS` says which");
    }
  }

  TarReader reader_;
  crypto::Sha256 hash_;
  crypto::Sha256 sums_;  // of the lines that SHA256SUMS should have
};

}  // namespace

std::size_t write_backup(const std::filesystem::path& file, const std::filesystem::path& database, store::Blobs& blobs,
                         Time now) {
  Packer packer(file, now);
  packer.pack_file(database_path, database);
  std::size_t count = 0;
  std::string last;
  for (auto names = blobs.list("", last, names_at_once); !names.empty(); names = blobs.list("", last, names_at_once)) {
    for (const auto& name : names) {
      const auto reader = blobs.read(name);
      if (!reader) continue;  // removed since it was listed
      packer.begin(std::string(blobs_folder) + name, reader->info().size);
      while (const auto piece = reader->next()) packer.write(*piece);
      packer.end();
      ++count;
    }
    last = names.back();
  }
  packer.finish(file);
  return count;
}

BackupFile::BackupFile(std::filesystem::path file) : path_(std::move(file)), file_(open_to_read(path_)) {}

bool BackupFile::is_database() const {
  // https://www.sqlite.org/fileformat.html §1.3, with the null character behind it.
  constexpr std::string_view magic("SQLite format 3\0", 16);
  std::array<char, magic.size()> start{};
  const auto count = ::pread(file_.get(), start.data(), start.size(), 0);
  if (count < 0) store::filesystem::throw_errno("read", path_);
  return std::string_view(start.data(), start.size()) == magic;
}

void BackupFile::check(const std::function<void(std::string_view)>& database) {
  Progress progress("Checking the backup", size());
  try {
    Inspection(read_archive(file_, path_, progress)).run(database);
  } catch (const std::system_error&) {
    throw;  // the disk's fault, not the file's
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(fmt::format("{} is not a sound backup: {}", path_.string(), error.what()));
  }
}

std::size_t BackupFile::restore_blobs(store::Blobs& blobs) {
  Progress progress("Restoring blobs", size());
  auto archive = read_archive(file_, path_, progress);
  std::size_t count = 0;
  archive.next();
  for (auto entry = archive.next(); entry && entry->path != sums_path; entry = archive.next()) {
    const auto writer = blobs.write(blob_name_of(entry->path));
    for (auto piece = archive.read(); !piece.empty(); piece = archive.read()) writer->write(piece);
    writer->commit();
    ++count;
  }
  return count;
}

std::uint64_t BackupFile::size() const { return size_of(file_, path_); }

}  // namespace voyages::app
