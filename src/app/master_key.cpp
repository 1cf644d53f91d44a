#include "app/master_key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "app/data_directory.h"
#include "base/failure.h"

namespace voyages::app {

namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return value_; }

 private:
  int value_;
};

[[noreturn]] void fail_with_errno(const fs::path& path, const char* what) {
  throw Failure(
      fmt::format("The master key file {} {}: {}.", path.string(), what, std::generic_category().message(errno)),
      "Let this user read and write the data directory, or set VOYAGES_MASTER_KEY.");
}

void write_all(const Descriptor& file, const fs::path& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(file.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) fail_with_errno(path, "cannot be written");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void sync_directory(const fs::path& directory) {
  const Descriptor descriptor(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() < 0 || fsync(descriptor.get()) != 0) fail_with_errno(directory, "cannot be made durable");
}

// Written aside and then linked to its name, so that a crash leaves no half key behind, and of two processes that start
// at once both use the first one's key.
void make_key_file(const fs::path& path) {
  std::string aside = path.string() + ".XXXXXX";
  const Descriptor file(mkostemp(aside.data(), O_CLOEXEC));  // O_EXCL and mode 0600, by POSIX
  if (file.get() < 0) fail_with_errno(path, "cannot be made");
  const auto key = crypto::MasterKey::generate().to_text();
  try {
    write_all(file, path, key.expose());
    write_all(file, path, "\n");
    if (fsync(file.get()) != 0) fail_with_errno(path, "cannot be made durable");
    if (link(aside.c_str(), path.c_str()) != 0 && errno != EEXIST) fail_with_errno(path, "cannot be made");
  } catch (...) {
    unlink(aside.c_str());
    throw;
  }
  unlink(aside.c_str());
  sync_directory(path.parent_path());
}

Secret read_key_file(const fs::path& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a pipe of that name blocks nobody
  struct stat status{};
  if (file.get() < 0 || fstat(file.get(), &status) != 0) fail_with_errno(path, "cannot be read");
  if ((status.st_mode & 077) != 0) {
    throw Failure(fmt::format("The master key file {} has mode {:04o}: others than its owner can use it.",
                              path.string(), status.st_mode & 07777),
                  fmt::format("Run `chmod 600 {}`; if others may have read it, make new signing keys with "
                              "`voyages keys rotate --now`.",
                              path.string()));
  }
  std::string text(128, '\0');
  const auto count = ::read(file.get(), text.data(), text.size());
  if (count < 0) fail_with_errno(path, "cannot be read");
  text.resize(static_cast<std::size_t>(count));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return Secret(std::move(text));
}

}  // namespace

fs::path master_key_file(const Config& config) { return config.data / "master.key"; }

crypto::MasterKey load_master_key(const Config& config) {
  if (!config.master_key.empty()) {
    const auto key = crypto::MasterKey::parse(config.master_key.expose());
    if (key) return *key;
    throw Failure("VOYAGES_MASTER_KEY is not 32 bytes in base64url.",
                  "Set it to the 43 characters that you kept, or make a new one: openssl rand -base64 32 | "
                  "tr '+/' '-_' | tr -d '='");
  }
  const auto path = master_key_file(config);
  std::error_code error;
  if (!fs::exists(fs::symlink_status(path, error))) {
    make_data_directory(config.data);
    make_key_file(path);
  }
  const auto key = crypto::MasterKey::parse(read_key_file(path).expose());
  if (key) return *key;
  throw Failure(fmt::format("The master key file {} does not hold 43 characters of base64url.", path.string()),
                "Put it back from a backup: without it, the signing keys in the store cannot be opened.");
}

}  // namespace voyages::app
