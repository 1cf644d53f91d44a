#include "store/filesystem/blobs.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <set>
#include <stdexcept>
#include <utility>

#include "base/encoding.h"
#include "store/filesystem/files.h"

namespace voyages::store::filesystem {

namespace {

constexpr std::size_t max_chunk = 200;
constexpr int attempts = 100;
constexpr std::uint64_t piece_bytes = 256UL * 1024;
// Where files are written before they get their names. No blob's name has a `~`.
constexpr std::string_view incoming = "~incoming";

// The steps of the path: directories, then the file. Throws for what is not a blob's name.
std::vector<std::string> steps_of(std::string_view name) {
  validate_blob_name(name);
  std::vector<std::string> steps;
  for (std::size_t begin = 0; begin <= name.size();) {
    const auto end = std::min(name.find('/', begin), name.size());
    auto segment = name.substr(begin, end - begin);
    for (; segment.size() > max_chunk; segment.remove_prefix(max_chunk)) {
      steps.emplace_back(segment.substr(0, max_chunk)) += '=';
    }
    steps.emplace_back(segment);
    if (end < name.size()) steps.back() += '+';
    begin = end + 1;
  }
  return steps;
}

FileDescriptor open_root(const std::filesystem::path& root) {
  FileDescriptor directory(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open()) throw_errno("open", root);
  return directory;
}

FileDescriptor open_step(const FileDescriptor& parent, const std::string& step) {
  return FileDescriptor(::openat(parent.get(), step.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// The directory that holds the file, opened step by step so that no symbolic link leads elsewhere; not open when it is
// absent.
FileDescriptor open_parent(const std::filesystem::path& root, const std::vector<std::string>& steps) {
  auto directory = open_root(root);
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    auto next = open_step(directory, steps[i]);
    if (!next.is_open() && errno == ENOENT) return next;
    if (!next.is_open()) throw_errno("open", root / steps[i]);
    directory = std::move(next);
  }
  return directory;
}

FileDescriptor create_parent(const std::filesystem::path& root, const std::vector<std::string>& steps) {
  auto directory = open_root(root);
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    const bool made = ::mkdirat(directory.get(), steps[i].c_str(), 0700) == 0;
    if (!made && errno == ENOENT) return FileDescriptor();
    if (!made && errno != EEXIST) throw_errno("create the directory", root / steps[i]);
    if (made) sync(directory.get(), root);
    auto next = open_step(directory, steps[i]);
    if (!next.is_open() && errno == ENOENT) return next;
    if (!next.is_open()) throw_errno("open", root / steps[i]);
    directory = std::move(next);
  }
  return directory;
}

std::string temporary_name() {
  std::array<char, 16> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return to_hex({bytes.data(), bytes.size()});
}

// A file under a temporary name, gone again unless it gets its real one.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::filesystem::path& root)
      : root_(root),
        directory_(open_root(root / incoming)),
        name_(temporary_name()),
        file_(::openat(directory_.get(), name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)) {
    if (!file_.is_open()) throw_errno("create a file in", root / incoming);
  }
  ~TemporaryFile() { ::unlinkat(directory_.get(), name_.c_str(), 0); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void write(std::string_view bytes) { write_all(file_.get(), bytes, path()); }
  void sync_bytes() { sync(file_.get(), path()); }
  // False when the directory has been removed meanwhile.
  bool move_to(const FileDescriptor& parent, const std::string& name) {
    if (::renameat(directory_.get(), name_.c_str(), parent.get(), name.c_str()) != 0) {
      if (errno == ENOENT) return false;
      throw_errno("rename", root_ / name);
    }
    sync(parent.get(), root_);
    return true;
  }

 private:
  [[nodiscard]] std::filesystem::path path() const { return root_ / incoming / name_; }

  const std::filesystem::path& root_;
  FileDescriptor directory_;
  std::string name_;
  FileDescriptor file_;
};

class FileWriter final : public BlobWriter {
 public:
  FileWriter(const std::filesystem::path& root, std::string_view name)
      : root_(root), steps_(steps_of(name)), file_(root) {}

  void write(std::string_view bytes) override {
    if (!std::exchange(is_whole_, false)) throw std::logic_error("a blob is written further after a failure");
    if (bytes.size() > max_blob_bytes - size_) throw std::invalid_argument("a blob has over 5 GB");
    file_.write(bytes);
    size_ += bytes.size();
    is_whole_ = true;
  }

  void commit() override {
    if (!std::exchange(is_whole_, false)) throw std::logic_error("a blob is committed after a failure, or twice");
    file_.sync_bytes();
    for (int i = 0; i < attempts; ++i) {
      const auto parent = create_parent(root_, steps_);
      // A `remove` may take away an empty directory at any moment: then it is made anew.
      if (parent.is_open() && file_.move_to(parent, steps_.back())) return;
    }
    throw std::runtime_error("a blob's directory vanished again and again: " + (root_ / steps_.front()).string());
  }

 private:
  const std::filesystem::path& root_;
  const std::vector<std::string> steps_;
  TemporaryFile file_;
  std::uint64_t size_ = 0;
  bool is_whole_ = true;  // all that was given to `write` is in the file, and it is not committed
};

// Not open when there is no such blob.
FileDescriptor open_blob(const std::filesystem::path& root, std::string_view name) {
  const auto steps = steps_of(name);
  const auto parent = open_parent(root, steps);
  if (!parent.is_open()) return FileDescriptor();
  FileDescriptor file(::openat(parent.get(), steps.back().c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open() && errno != ENOENT) throw_errno("open", root / steps.back());
  return file;
}

// Each write makes a file anew, so that its number and time tell one version from another.
BlobInfo info_of(const FileDescriptor& file, std::string_view name) {
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) throw_errno("read", name);
  if (!S_ISREG(status.st_mode)) throw std::runtime_error("not a blob: " + std::string(name));
  return {static_cast<std::uint64_t>(status.st_size),
          fmt::format("{:x}-{:x}-{:x}", status.st_ino, status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec,
                      status.st_size)};
}

class FileReader final : public BlobReader {
 public:
  FileReader(FileDescriptor file, std::string_view name, ByteRange range)
      : file_(std::move(file)), name_(name), info_(info_of(file_, name)) {
    position_ = std::min(range.first, info_.size);
    left_ = std::min(range.size, info_.size - position_);
  }

  [[nodiscard]] const BlobInfo& info() const override { return info_; }

  std::optional<std::string> next() override {
    if (left_ == 0) return std::nullopt;
    std::string piece(std::min(left_, piece_bytes), '\0');
    ssize_t count = 0;
    do {
      count = ::pread(file_.get(), piece.data(), piece.size(), static_cast<off_t>(position_));
    } while (count < 0 && errno == EINTR);
    if (count < 0) throw_errno("read", name_);
    if (count == 0) throw std::runtime_error("a blob is shorter than its file says: " + name_);
    piece.resize(static_cast<std::size_t>(count));
    position_ += piece.size();
    left_ -= piece.size();
    return piece;
  }

 private:
  const FileDescriptor file_;
  const std::string name_;
  const BlobInfo info_;
  std::uint64_t position_ = 0;
  std::uint64_t left_ = 0;
};

// What a crash left half-written. Another process may be at work on a young file.
void remove_leftovers(const std::filesystem::path& root) {
  const auto oldest = std::filesystem::file_time_type::clock::now() - std::chrono::hours{24};
  for (const auto& entry : std::filesystem::directory_iterator(root / incoming)) {
    std::error_code gone;
    const auto changed = entry.last_write_time(gone);
    if (!gone && changed < oldest) std::filesystem::remove(entry.path(), gone);
  }
}

// Gathers the first names, in bytewise order, from all directories that can hold one.
class Listing {
 public:
  Listing(std::string_view prefix, std::string_view after, std::size_t limit)
      : prefix_(prefix), after_(after), limit_(limit) {}

  void walk(FileDescriptor directory, const std::string& path) {
    const int descriptor = directory.release();
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(descriptor), &::closedir);
    if (!entries) {
      ::close(descriptor);
      throw_errno("list", path);
    }
    while (const auto* entry = ::readdir(entries.get())) {
      std::string name(static_cast<const char*>(entry->d_name));
      if (name == "." || name == ".." || name == incoming) continue;
      if (name.back() != '+' && name.back() != '=') {
        offer(path + name);
      } else {
        descend(FileDescriptor(::dup(descriptor)), name, path);
      }
    }
  }
  [[nodiscard]] std::vector<std::string> names() const { return {names_.begin(), names_.end()}; }

 private:
  void descend(const FileDescriptor& parent, const std::string& step, const std::string& path) {
    const auto below = path + step.substr(0, step.size() - 1) + (step.back() == '+' ? "/" : "");
    const auto common = std::min(below.size(), prefix_.size());
    if (std::string_view(below).substr(0, common) != prefix_.substr(0, common)) return;
    auto next = open_step(parent, step);
    if (!next.is_open() && errno == ENOENT) return;
    if (!next.is_open()) throw_errno("open", step);
    walk(std::move(next), below);
  }

  void offer(std::string name) {
    if (!name.starts_with(prefix_) || std::string_view(name) <= after_) return;
    names_.insert(std::move(name));
    if (names_.size() > limit_) names_.erase(std::prev(names_.end()));
  }

  std::string_view prefix_;
  std::string_view after_;
  std::size_t limit_;
  std::set<std::string> names_;
};

}  // namespace

FilesystemBlobs::FilesystemBlobs(std::filesystem::path directory) : directory_(std::move(directory)) {
  create_private_directories(directory_ / incoming);
  remove_leftovers(directory_);
}

std::unique_ptr<BlobWriter> FilesystemBlobs::write(std::string_view name) {
  return std::make_unique<FileWriter>(directory_, name);
}

std::unique_ptr<BlobReader> FilesystemBlobs::read(std::string_view name, ByteRange range) {
  auto file = open_blob(directory_, name);
  if (!file.is_open()) return nullptr;
  return std::make_unique<FileReader>(std::move(file), name, range);
}

std::optional<BlobInfo> FilesystemBlobs::stat(std::string_view name) {
  const auto file = open_blob(directory_, name);
  if (!file.is_open()) return std::nullopt;
  return info_of(file, name);
}

void FilesystemBlobs::remove(std::string_view name) {
  auto steps = steps_of(name);
  auto parent = open_parent(directory_, steps);
  if (!parent.is_open()) return;
  if (::unlinkat(parent.get(), steps.back().c_str(), 0) != 0) {
    if (errno == ENOENT) return;
    throw_errno("remove", directory_ / steps.back());
  }
  sync(parent.get(), directory_);
  // Directories that are empty now go too; the first that is not ends the way up.
  while (steps.size() > 1) {
    steps.pop_back();
    parent = open_parent(directory_, steps);
    if (!parent.is_open() || ::unlinkat(parent.get(), steps.back().c_str(), AT_REMOVEDIR) != 0) return;
  }
}

std::vector<std::string> FilesystemBlobs::list(std::string_view prefix, std::string_view after, std::size_t limit) {
  Listing listing(prefix, after, limit);
  if (limit > 0) listing.walk(open_root(directory_), "");
  return listing.names();
}

std::optional<std::string> FilesystemBlobs::presign(std::string_view name, const PresignedAccess& /*access*/) {
  validate_blob_name(name);
  return std::nullopt;
}

}  // namespace voyages::store::filesystem
