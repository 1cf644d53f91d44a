#include "store/filesystem/blobs.h"

#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <set>
#include <stdexcept>

#include "base/encoding.h"
#include "store/filesystem/files.h"

namespace voyages::store::filesystem {

namespace {

constexpr std::size_t max_chunk = 200;
constexpr int attempts = 100;
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

  void fill(std::string_view bytes) {
    write_all(file_.get(), bytes, root_ / incoming / name_);
    sync(file_.get(), root_ / incoming / name_);
  }
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
  const std::filesystem::path& root_;
  FileDescriptor directory_;
  std::string name_;
  FileDescriptor file_;
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

std::string read_all(const FileDescriptor& file, const std::filesystem::path& name) {
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) throw_errno("read", name);
  if (!S_ISREG(status.st_mode) || static_cast<std::size_t>(status.st_size) > max_blob_bytes) {
    throw std::runtime_error("not a blob: " + name.string());
  }
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const auto count = ::read(file.get(), bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("read", name);
    if (count == 0) throw std::runtime_error("a blob is shorter than its file says: " + name.string());
    filled += static_cast<std::size_t>(count);
  }
  return bytes;
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

void FilesystemBlobs::put(std::string_view name, std::string_view bytes) {
  const auto steps = steps_of(name);
  if (bytes.size() > max_blob_bytes) throw std::invalid_argument("a blob has over 64 MB");
  TemporaryFile file(directory_);
  file.fill(bytes);
  for (int i = 0; i < attempts; ++i) {
    const auto parent = create_parent(directory_, steps);
    // A `remove` may take away an empty directory at any moment: then it is made anew.
    if (parent.is_open() && file.move_to(parent, steps.back())) return;
  }
  throw std::runtime_error("a blob's directory vanished again and again: " + (directory_ / steps.front()).string());
}

std::optional<std::string> FilesystemBlobs::get(std::string_view name) {
  const auto steps = steps_of(name);
  const auto parent = open_parent(directory_, steps);
  if (!parent.is_open()) return std::nullopt;
  const FileDescriptor file(
      ::openat(parent.get(), steps.back().c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open() && errno == ENOENT) return std::nullopt;
  if (!file.is_open()) throw_errno("open", directory_ / steps.back());
  return read_all(file, directory_ / steps.back());
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

}  // namespace voyages::store::filesystem
